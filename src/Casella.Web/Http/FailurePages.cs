using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Casella.Web.Http;

/// <summary>
/// The last net: whatever goes wrong is a bug, is logged with a number, and the visitor gets the number and not a word
/// of how it came.
/// </summary>
internal sealed class FailurePages(RequestDelegate next, ILogger<FailurePages> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The visitor has gone on.
        }
        catch (BadHttpRequestException refused)
        {
            http.Response.StatusCode = refused.StatusCode;
        }
        catch (Exception bug)
        {
            var id = Random.Shared.Next(100_000, 1_000_000).ToString(CultureInfo.InvariantCulture);
            Log.InternalError(logger, bug, id, LoggedPath.Of(http.Request.Path));
            if (http.Response.HasStarted)
            {
                // Half a file must not look like a whole one.
                http.Abort();
                return;
            }

            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            http.Response.ContentType = "text/html; charset=utf-8";
            var text = Words.Of(PageLanguage.Of(http.Request, null))["InternalError", id];
            await http.Response.WriteAsync($"<!DOCTYPE html><title>Casella</title><p>{WebUtility.HtmlEncode(text)}</p>", http.RequestAborted);
        }
    }
}
