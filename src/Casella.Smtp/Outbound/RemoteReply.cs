namespace Casella.Smtp.Outbound;

/// <summary>
/// Another server's answer (RFC 5321 §4.2): code, enhanced status code where it gave one (RFC 2034), all its words.
/// </summary>
internal sealed record RemoteReply(int Code, string Status, IReadOnlyList<string> Lines)
{
    public bool IsPositive => Code is >= 200 and < 400;
    public bool IsPermanent => Code >= 500;
    public string Text => string.Join(' ', Lines);

    /// <param name="lines">At least one, each with its code.</param>
    public static RemoteReply Of(IReadOnlyList<string> lines)
    {
        var code = (lines[0][0] - '0') * 100 + (lines[0][1] - '0') * 10 + (lines[0][2] - '0');
        var words = lines.Select(line => line.Length > 4 ? line[4..] : "").ToList();
        return new RemoteReply(code, EnhancedStatus(words[0]) ?? $"{code / 100}.0.0", words);
    }

    public override string ToString() => $"{Code} {Text}";

    /// <summary>status-code = class "." subject "." detail (RFC 3463 §2).</summary>
    private static string? EnhancedStatus(string words)
    {
        var end = words.IndexOf(' ', StringComparison.Ordinal);
        var first = end < 0 ? words : words[..end];
        var parts = first.Split('.');
        return parts is [['2' or '4' or '5'], { Length: >= 1 and <= 3 }, { Length: >= 1 and <= 3 }]
            && parts.All(part => part.All(char.IsAsciiDigit)) ? first : null;
    }
}

/// <summary>The other server did not speak, or not SMTP: to be tried again.</summary>
internal sealed class RemoteFailureException(string status, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Status { get; } = status;

    /// <summary>A word of RFC 8460 §4.3 where TLS is what failed, or null.</summary>
    public string? TlsResult { get; init; }
}
