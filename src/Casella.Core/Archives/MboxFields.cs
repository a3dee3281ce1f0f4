using System.Globalization;
using System.Text;
using Casella.Core.Messages;

namespace Casella.Core.Archives;

/// <summary>
/// What programs write into the header of a message in an mbox to remember its flags: Status and X-Status (mail, mutt,
/// Dovecot), X-Keywords (Dovecot), X-Mozilla-Status and X-Mozilla-Keys (Thunderbird). None of it belongs to the message.
/// </summary>
internal sealed class MboxFields
{
    private const int MozillaRead = 0x1;
    private const int MozillaAnswered = 0x2;
    private const int MozillaFlagged = 0x4;
    private const int MozillaExpunged = 0x8;
    private const int MozillaForwarded = 0x1000;

    private static readonly string[] Ours = ["Status", "X-Status", "X-Keywords"];
    private static readonly string[] All = [.. Ours, "X-Mozilla-Status", "X-Mozilla-Status2", "X-Mozilla-Keys"];

    private readonly HashSet<string> _keywords = new(StringComparer.OrdinalIgnoreCase);
    private MessageFlags _flags;
    private int _ours;
    private bool _isOurs;
    private bool _skipsFold;

    /// <summary>Thunderbird has deleted it and not compacted the file yet.</summary>
    public bool IsExpunged { get; private set; }

    /// <summary>Octets of the body, where the file says so (mboxcl).</summary>
    public long? ContentLength { get; private set; }

    public FlagNames Flags => new(_flags, [.. _keywords]);

    /// <summary>Takes a line of the header.</summary>
    /// <returns>True when it is the message's own.</returns>
    public bool Take(ReadOnlySpan<byte> line, bool isFirst)
    {
        if (line[0] is (byte)' ' or (byte)'\t')
            return !_skipsFold;
        var text = Encoding.UTF8.GetString(line).TrimEnd('\r', '\n');
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = colon > 0 ? text[..colon] : "";
        if (isFirst && string.Equals(text, MboxText.Mark, StringComparison.Ordinal))
            _isOurs = true;
        // After our mark come our three fields and no others: the message may have its own of these names.
        _skipsFold = (isFirst && _isOurs) || (_isOurs
            ? _ours < Ours.Length && string.Equals(name, Ours[_ours], StringComparison.Ordinal)
            : All.Contains(name, StringComparer.OrdinalIgnoreCase));
        if (_skipsFold && !(isFirst && _isOurs))
            Read(name, text[(colon + 1)..].Trim());
        else if (string.Equals(name, "Content-Length", StringComparison.OrdinalIgnoreCase) && long.TryParse(text[(colon + 1)..], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var length))
            ContentLength = length;
        return !_skipsFold;
    }

    private void Read(string name, string value)
    {
        if (_isOurs)
            _ours++;
        switch (name.ToUpperInvariant())
        {
            case "STATUS":
                _flags |= value.Contains('R', StringComparison.Ordinal) ? MessageFlags.Seen : default;
                break;
            case "X-STATUS":
                _flags |= (value.Contains('A', StringComparison.Ordinal) ? MessageFlags.Answered : default)
                    | (value.Contains('F', StringComparison.Ordinal) ? MessageFlags.Flagged : default)
                    | (value.Contains('T', StringComparison.Ordinal) ? MessageFlags.Draft : default)
                    | (value.Contains('D', StringComparison.Ordinal) ? MessageFlags.Deleted : default);
                break;
            case "X-KEYWORDS" or "X-MOZILLA-KEYS":
                _keywords.UnionWith(ArchiveKeywords.Read(value.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
                break;
            case "X-MOZILLA-STATUS" when int.TryParse(value, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var bits):
                ReadMozilla(bits);
                break;
        }
    }

    private void ReadMozilla(int bits)
    {
        _flags |= ((bits & MozillaRead) != 0 ? MessageFlags.Seen : default)
            | ((bits & MozillaAnswered) != 0 ? MessageFlags.Answered : default)
            | ((bits & MozillaFlagged) != 0 ? MessageFlags.Flagged : default);
        if ((bits & MozillaForwarded) != 0)
            _keywords.Add("$Forwarded");
        IsExpunged |= (bits & MozillaExpunged) != 0;
    }
}

/// <summary>Keywords as files have them; what IMAP could not say is left out.</summary>
internal static class ArchiveKeywords
{
    private const int LengthAtMost = 100;

    /// <summary>RFC 9051 §9, flag-keyword: an atom.</summary>
    public static IEnumerable<string> Read(IEnumerable<string> words) => words.Where(word =>
        word.Length is > 0 and <= LengthAtMost && word.All(c => c is > ' ' and < (char)0x7F && !"(){%*\"\\]".Contains(c, StringComparison.Ordinal)));
}
