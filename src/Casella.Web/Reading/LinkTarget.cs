namespace Casella.Web.Reading;

/// <summary>Links that say one place and lead to another.</summary>
internal static class LinkTarget
{
    /// <summary>The host that a link really leads to when its text names another one; else null.</summary>
    public static string? Deceives(string text, string target)
    {
        if (!Uri.TryCreate(target, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            return null;
        var host = uri.IdnHost;
        // https://bank.example@evil.example leads to evil.example.
        if (uri.UserInfo.Length > 0)
            return host;
        return HostIn(text.Trim()) is { } said && !IsSame(said, host) ? host : null;
    }

    private static string? HostIn(string text)
    {
        if (text.Length is 0 or > 2_000 || text.Any(char.IsWhiteSpace) || text.Contains('@', StringComparison.Ordinal))
            return null;
        var url = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.HostNameType is not UriHostNameType.Dns)
            return null;
        var ending = uri.IdnHost[(uri.IdnHost.LastIndexOf('.') + 1)..];
        // "relazione.pdf" is a file, "example.org" a place.
        return ending.Length < uri.IdnHost.Length && ending.Length is >= 2 and <= 24 && ending.All(char.IsAsciiLetter) && !IsFileEnding(ending)
            ? uri.IdnHost
            : null;
    }

    private static bool IsSame(string said, string host) =>
        string.Equals(said, host, StringComparison.OrdinalIgnoreCase)
        || host.EndsWith($".{WithoutWww(said)}", StringComparison.OrdinalIgnoreCase)
        || said.EndsWith($".{WithoutWww(host)}", StringComparison.OrdinalIgnoreCase)
        || string.Equals(WithoutWww(said), WithoutWww(host), StringComparison.OrdinalIgnoreCase);

    private static string WithoutWww(string host) => host.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? host[4..] : host;

    private static bool IsFileEnding(string ending) => ending.ToLowerInvariant() is
        "pdf" or "doc" or "docx" or "xls" or "xlsx" or "ppt" or "pptx" or "odt" or "ods" or "txt" or "jpg" or "jpeg" or "png" or "gif" or "html" or "htm" or "csv" or "eml" or "ics" or "xml";
}
