using System.Net;

namespace Nebula.Server.Tests.Deployment;

public sealed class NginxTests
{
    private const string Configuration = "infra/docker/nginx.conf";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_server_hears_the_callers_real_address_and_nothing_that_the_caller_claims()
    {
        await using var proxy = await NginxProxy.StartAsync(SourceTree.Read(Configuration), Ct);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(proxy.Url, "/api/v1/databases?name=x"));
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        request.Headers.Add("X-Forwarded-Proto", "gopher");
        request.Headers.Add("X-Real-IP", "203.0.113.7");
        request.Headers.Add("Forwarded", "for=203.0.113.7");

        using var response = await proxy.Client.SendAsync(request, Ct);
        var headers = await proxy.Upstream.NextHeadersAsync(Ct);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("GET /api/v1/databases?name=x HTTP/1.1", headers[0]);
        Assert.Equal(["X-Forwarded-For: 127.0.0.1"], headers.Where(line => line.StartsWith("X-Forwarded-For:", StringComparison.OrdinalIgnoreCase)));
        Assert.Equal(["X-Forwarded-Proto: https"], headers.Where(line => line.StartsWith("X-Forwarded-Proto:", StringComparison.OrdinalIgnoreCase)));
        Assert.Contains($"Host: {proxy.Url.Authority}", headers);
        Assert.DoesNotContain(headers, line => line.Contains("203.0.113.7", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Answers_ask_for_HTTPS_from_then_on_and_name_no_version()
    {
        await using var proxy = await NginxProxy.StartAsync(SourceTree.Read(Configuration), Ct);

        using var response = await proxy.Client.GetAsync(new Uri(proxy.Url, "/ping"), Ct);

        Assert.Equal("max-age=31536000", Assert.Single(response.Headers.GetValues("Strict-Transport-Security")));
        Assert.DoesNotMatch("[0-9]", response.Headers.Server.ToString());
    }

    [Fact]
    public async Task Plain_HTTP_is_sent_to_HTTPS_and_never_served()
    {
        await using var proxy = await NginxProxy.StartAsync(SourceTree.Read(Configuration), Ct);

        using var response = await proxy.Client.GetAsync(new Uri(proxy.PlainUrl, "/ping?a=b"), Ct);

        Assert.Equal(HttpStatusCode.MovedPermanently, response.StatusCode);
        Assert.Equal($"https://127.0.0.1:{proxy.Url.Port}/ping?a=b", response.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task A_body_that_the_server_would_refuse_does_not_reach_it()
    {
        await using var proxy = await NginxProxy.StartAsync(SourceTree.Read(Configuration), Ct);
        using var request = new HttpRequestMessage(HttpMethod.Post, proxy.Url) { Content = new ByteArrayContent(new byte[(10 * 1024 * 1024) + 1]) };
        request.Headers.ExpectContinue = true;

        using var response = await proxy.Client.SendAsync(request, Ct);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public void The_limits_of_proxy_ingress_and_server_are_the_same()
    {
        var bytes = SourceTree.ReadVariables($"{Manifests.Base}/config.env")["MAX_BODY_BYTES"];
        var ingress = Manifests.Read<k8s.Models.V1Ingress>($"{Manifests.Base}/ingress.yaml");

        Assert.Equal(bytes, SourceTree.ReadYaml("infra/docker/compose.yaml").Text("services", "nebula", "environment", "MAX_BODY_BYTES"));
        Assert.Equal("10485760", bytes);
        Assert.Contains("client_max_body_size 10m;", SourceTree.Read(Configuration), StringComparison.Ordinal);
        Assert.Equal("10m", ingress.Metadata.Annotations["nginx.ingress.kubernetes.io/proxy-body-size"]);
    }
}
