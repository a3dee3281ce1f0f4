using System.Globalization;
using System.Resources;

namespace Casella.Formats.Reports;

/// <summary>The words of reports, from Texts.resx (English) and Texts.it.resx.</summary>
internal static class Texts
{
    private static readonly ResourceManager Resources = new("Casella.Formats.Reports.Texts", typeof(Texts).Assembly);

    /// <exception cref="MissingManifestResourceException">No such text.</exception>
    public static string Of(string name, CultureInfo language, params object[] values) => string.Format(
        language, Resources.GetString(name, language) ?? throw new MissingManifestResourceException(name), values);

    /// <summary>What an RFC 3463 status means: its subject and detail where people know it, else its class.</summary>
    public static string OfStatus(string status, CultureInfo language)
    {
        var key = status.Length > 2 ? $"Status{status[2..].Replace('.', '_')}" : "StatusOther";
        return Resources.GetString(key, language) ?? Of("StatusOther", language);
    }
}
