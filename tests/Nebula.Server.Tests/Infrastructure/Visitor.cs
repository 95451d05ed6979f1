using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Nebula.Server.Tests.Infrastructure;

/// <summary>Sends requests, with the credential that it was made with or without one.</summary>
internal class Visitor(TestServer nebula, string? authorization)
{
    public string? Authorization { get; } = authorization;

    protected TestServer Nebula { get; } = nebula;

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync("GET", path, null, headers);

    public Task<Answer> PostAsync(string path, object? body = null, params (string Name, string Value)[] headers) => SendAsync("POST", path, body, headers);

    public Task<Answer> PutAsync(string path, object? body, params (string Name, string Value)[] headers) => SendAsync("PUT", path, body, headers);

    public Task<Answer> PatchAsync(string path, object? body, params (string Name, string Value)[] headers) => SendAsync("PATCH", path, body, headers);

    public Task<Answer> DeleteAsync(string path, object? body = null, params (string Name, string Value)[] headers) => SendAsync("DELETE", path, body, headers);

    /// <param name="body">Text and bytes go as they are, anything else as the JSON of its properties. A header named Content-Type replaces the type.</param>
    public async Task<Answer> SendAsync(string method, string path, object? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative)) { Content = Content(body) };
        if (Authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", Authorization);
        foreach (var (name, value) in headers)
        {
            if (!name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
                request.Headers.TryAddWithoutValidation(name, value);
            else if (request.Content is { } content)
            {
                content.Headers.Remove(name);
                if (value.Length > 0)
                    content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await Nebula.SendAsync(request);
    }

    private static ByteArrayContent? Content(object? body)
    {
        if (body is null)
            return null;
        var content = new ByteArrayContent(body switch
        {
            byte[] bytes => bytes,
            Upload upload => upload.Content,
            string text => Encoding.UTF8.GetBytes(text),
            _ => JsonSerializer.SerializeToUtf8Bytes(body),
        });
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(body is Upload { MediaType: var type } ? type : "application/json");
        return content;
    }
}
