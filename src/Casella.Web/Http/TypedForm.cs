using Microsoft.AspNetCore.Http;

namespace Casella.Web.Http;

/// <summary>
/// What somebody has typed into a form of a page. Whether there is one is asked before the form's token: a body that is
/// none, or breaks off, is a mistake of who sent it and no failure of ours.
/// </summary>
internal static class TypedForm
{
    /// <summary>Null when the body is no form, or not a whole one.</summary>
    public static async Task<IFormCollection?> ReadAsync(HttpContext http)
    {
        if (!http.Request.HasFormContentType)
            return null;
        try
        {
            return await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            return null;
        }
    }

    /// <summary>400, in the language of who asked.</summary>
    public static IResult Refusal(HttpContext http) =>
        Results.Text(Words.Of(PageLanguage.Of(http.Request, null))["ErrorNoForm"], statusCode: StatusCodes.Status400BadRequest);
}
