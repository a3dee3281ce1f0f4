using Casella.Core;
using Casella.Imap.Commands.Searching;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands.Fetching;

/// <summary>
/// fetch-modifier (RFC 4466 §2.1): CHANGEDSINCE and VANISHED (RFC 7162 §3.1.4, §3.2.6), PARTIAL (RFC 9394 §3.3).
/// </summary>
internal sealed record FetchModifiers(ModSeq? ChangedSince, bool Vanished, PartialRange? Partial)
{
    public static FetchModifiers None { get; } = new(null, Vanished: false, null);

    /// <summary>[SP "(" fetch-modifier *(SP fetch-modifier) ")"].</summary>
    public static FetchModifiers Parse(ref ImapParser parser)
    {
        var modifiers = None;
        if (!parser.TrySpace())
            return modifiers;
        parser.OpenList();
        do
            modifiers = Modifier(ref parser, modifiers);
        while (parser.TrySpace());
        parser.CloseList();
        return modifiers;
    }

    private static FetchModifiers Modifier(ref ImapParser parser, FetchModifiers before)
    {
        if (parser.TryWord("VANISHED"u8))
            return before with { Vanished = true };
        if (parser.TryWord("PARTIAL"u8))
            return before with { Partial = PartialRange.Parse(ref parser) };
        if (!parser.TryWord("CHANGEDSINCE"u8))
            throw parser.Expected("CHANGEDSINCE, VANISHED or PARTIAL");
        parser.Space();
        return before with { ChangedSince = new ModSeq(parser.Number64("a mod-sequence")) };
    }
}
