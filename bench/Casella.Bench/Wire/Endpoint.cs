namespace Casella.Bench.Wire;

/// <summary>
/// Where a server listens, written as a URL: <c>imaps://host:port</c>, <c>smtp://host:port</c>, and so on.
/// </summary>
internal sealed record Endpoint(string Host, int Port, bool Tls, bool Lmtp)
{
    /// <exception cref="FormatException">The scheme is not one this generator speaks.</exception>
    public static Endpoint Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri))
            throw new FormatException($"'{url}' is not a URL such as imaps://127.0.0.1:993");

        var (tls, standardPort) = uri.Scheme switch
        {
            "imap" => (false, 143),
            "imaps" => (true, 993),
            "pop3" => (false, 110),
            "pop3s" => (true, 995),
            "smtp" => (false, 25),
            "smtps" => (true, 465),
            "lmtp" => (false, 24),
            _ => throw new FormatException($"'{uri.Scheme}' is none of imap, imaps, pop3, pop3s, smtp, smtps, lmtp"),
        };
        var port = uri.Port > 0 ? uri.Port : standardPort;
        return new Endpoint(uri.Host, port, tls, string.Equals(uri.Scheme, "lmtp", StringComparison.Ordinal)) { Url = url };
    }

    public required string Url { get; init; }

    public override string ToString() => Url;
}
