using System.Globalization;

namespace Casella.Formats.Reports;

/// <summary>What a server's refusal means, in words that a sender understands: in reports, and beside a sent message.</summary>
public static class StatusWords
{
    /// <param name="status">RFC 3463: "5.1.1". One that people do not know gives "The other server answered:".</param>
    public static string Of(string status, CultureInfo language) => Texts.OfStatus(status, language);
}
