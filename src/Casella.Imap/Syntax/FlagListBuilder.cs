using Casella.Core.Messages;

namespace Casella.Imap.Syntax;

/// <summary>
/// Collects the flags of one command for <see cref="ImapParserRules"/>: system flags as bits, keywords once each.
/// </summary>
internal sealed class FlagListBuilder
{
    private readonly List<string> _keywords = [];
    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);
    private MessageFlags _system;

    public bool IsEmpty { get; private set; } = true;

    /// <summary>
    /// flag = "\Answered" / … / flag-keyword. \Recent is read and ignored: clients copy it from FETCH into APPEND and
    /// STORE (docs/quirks.md).
    /// </summary>
    public void Add(ref ImapParser parser)
    {
        IsEmpty = false;
        if (parser.TryTake((byte)'\\'))
            _system |= SystemFlag(parser.Atom("a flag"));
        else if (parser.Keyword() is var keyword && _seen.Add(keyword))
            _keywords.Add(keyword);
    }

    public FlagNames Build() => new(_system, _keywords);

    private static MessageFlags SystemFlag(string name) => name.ToUpperInvariant() switch
    {
        "SEEN" => MessageFlags.Seen,
        "ANSWERED" => MessageFlags.Answered,
        "FLAGGED" => MessageFlags.Flagged,
        "DELETED" => MessageFlags.Deleted,
        "DRAFT" => MessageFlags.Draft,
        "RECENT" => MessageFlags.None,
        _ => throw new ImapSyntaxException("Expected \\Seen, \\Answered, \\Flagged, \\Deleted, \\Draft or a keyword"),
    };
}
