namespace Casella.Formats.SenderRecords;

/// <summary>
/// A list of tags (RFC 6376 §3.2): what DKIM and ARC fields, key records, DMARC records and MTA-STS announcements are
/// written in.
/// </summary>
public sealed class TagList
{
    /// <summary>Characters of a list: ten times what a key of 4096 bits needs.</summary>
    private const int MaxLength = 16 * 1024;

    /// <summary>Tags of a list: three times what any of the RFCs know.</summary>
    private const int MaxTags = 40;

    private readonly Dictionary<string, string> _tags;

    private TagList(Dictionary<string, string> tags, string first) => (_tags, First) = (tags, first);

    /// <summary>The name of the first tag: some records must begin with their version.</summary>
    public string First { get; }

    /// <summary>The value without the white space around it, or null.</summary>
    public string? this[string name] => _tags.GetValueOrDefault(name);

    /// <summary>Null for what is no list of tags; also when a tag is there twice, for nobody can say which one counts.</summary>
    /// <param name="names">How names compare: DKIM's with case, DMARC's without.</param>
    public static TagList? Parse(string text, StringComparer names)
    {
        if (text.Length > MaxLength)
            return null;
        var tags = new Dictionary<string, string>(names);
        string? first = null;
        foreach (var range in text.AsSpan().Split(';'))
        {
            var spec = text.AsSpan(range).Trim(" \t\r\n");
            if (spec.IsEmpty && range.End.GetOffset(text.Length) == text.Length)
                break;      // the last semicolon has nothing behind it
            var equals = spec.IndexOf('=');
            if (equals < 1 || !IsName(spec[..equals].TrimEnd(" \t\r\n")) || tags.Count >= MaxTags)
                return null;
            var name = spec[..equals].TrimEnd(" \t\r\n").ToString();
            if (!tags.TryAdd(name, spec[(equals + 1)..].TrimStart(" \t\r\n").ToString()))
                return null;
            first ??= name;
        }

        return first is null ? null : new TagList(tags, first);
    }

    /// <summary>The items of a value that is a list with colons, white space around them taken away.</summary>
    public IReadOnlyList<string> Items(string name) =>
        this[name] is { } value ? [.. value.Split(':').Select(item => item.Trim(' ', '\t', '\r', '\n'))] : [];

    /// <summary>base64string (RFC 6376 §2.10): white space may stand anywhere in it. Null when it is none.</summary>
    public static byte[]? Base64(string value)
    {
        var letters = string.Concat(value.Where(c => c is not (' ' or '\t' or '\r' or '\n')));
        var bytes = new byte[letters.Length / 4 * 3 + 3];
        return Convert.TryFromBase64String(letters, bytes, out var length) ? bytes[..length] : null;
    }

    /// <summary>tag-name = ALPHA *ALNUMPUNC.</summary>
    private static bool IsName(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || !char.IsAsciiLetter(name[0]))
            return false;
        foreach (var c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c is not '_')
                return false;
        return true;
    }
}
