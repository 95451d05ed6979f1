using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nebula.Api.About;
using Nebula.Api.Health;
using Nebula.Api.Http;

namespace Nebula.Api.Operator;

/// <summary>Tells a command which server it has reached.</summary>
internal sealed class ServerEndpoints(IServerStatus status)
{
    public void Map(IEndpointRouteBuilder app) => app.MapGet("/server", DescribeAsync);

    private Task DescribeAsync(HttpContext http) => Answer.JsonAsync(
        http,
        StatusCodes.Status200OK,
        new ServerView(Environment.ProcessId, AboutEndpoints.Version, new EngineView(status.Engine.Name, status.Engine.Version)),
        OperatorJson.Default.ServerView);
}
