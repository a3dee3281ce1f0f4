using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Server.Options;
using Microsoft.AspNetCore.Http;

namespace Casella.Server.Hosting;

/// <summary>
/// For programs that watch the service or share out its load: whether the process lives, and whether it takes mail now.
/// Without sign-in, on every web port and without TLS too; they say no more than a word.
/// </summary>
internal static class HealthPages
{
    public static void Map(WebApplication app) => app.Use(AnswerAsync);

    private static async Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        var problem = http.Request.Path.Value switch
        {
            "/health/live" => "",
            "/health/ready" => await ProblemAsync(http.RequestServices, http.RequestAborted),
            _ => null,
        };
        if (problem is null)
        {
            await next(http);
            return;
        }

        http.Response.StatusCode = problem.Length == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(problem.Length == 0 ? "ok\n" : problem + "\n", http.RequestAborted);
    }

    private static async Task<string> ProblemAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        if (services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
            return "stopping";
        if (services.GetRequiredService<IFreeDisk>().Bytes < services.GetRequiredService<CasellaOptions>().Limits.MinimumFreeDisk)
            return "disk full";
        // The store answers.
        _ = await services.GetRequiredService<MailDirectory>().DomainsAsync(cancellationToken);
        return "";
    }
}
