using System.Globalization;
using Casella.Imap.Commands.Fetching;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands.Searching;

/// <summary>search-return-opt (RFC 4731 §3.1; SAVE RFC 5182 §2.1; PARTIAL RFC 9394 §3.1; CONTEXT and UPDATE
/// RFC 5267 §4).</summary>
[Flags]
internal enum ReturnOptions
{
    None = 0,
    Min = 1,
    Max = 2,
    All = 4,
    Count = 8,
    Partial = 16,
    Save = 32,

    /// <summary>A hint (RFC 5267 §4.2): results are computed fast enough without.</summary>
    Context = 64,

    /// <summary>Changes of the result are told from now on (RFC 5267 §4.3).</summary>
    Update = 128,

    /// <summary>How well each fits (RFC 6203 §4).</summary>
    Relevancy = 256,
}

/// <summary>What SEARCH and SORT are asked to return, in an ESEARCH response.</summary>
/// <param name="Partial">With <see cref="ReturnOptions.Partial"/>.</param>
internal sealed record SearchReturn(ReturnOptions Options, PartialRange Partial)
{
    /// <summary>
    /// With <see cref="ReturnOptions.Update"/>: what to fetch of new messages that belong to the result (RFC 5465 §7).
    /// </summary>
    public FetchItems? UpdateItems { get; private init; }

    /// <summary>RETURN (), RETURN (ALL).</summary>
    public static SearchReturn All { get; } = new(ReturnOptions.All, default);

    /// <summary>
    /// "RETURN" SP "(" [search-return-opt *(SP search-return-opt)] ")"; null when it does not stand here.
    /// </summary>
    public static SearchReturn? TryParse(ref ImapParser parser)
    {
        if (!parser.TryWord("RETURN"u8))
            return null;
        var options = ReturnOptions.None;
        var partial = default(PartialRange);
        FetchItems? items = null;
        parser.Space();
        parser.OpenList();
        for (var isFirst = true; !parser.TryCloseList(); isFirst = false)
        {
            if (!isFirst)
                parser.Space();
            var option = Option(ref parser);
            // RFC 9394 §3.1: PARTIAL is given once, and without ALL.
            if (option == ReturnOptions.Partial && options.HasFlag(ReturnOptions.Partial))
                throw new ImapSyntaxException("Expected PARTIAL once");
            options |= option;
            if (option == ReturnOptions.Partial)
                partial = PartialRange.Parse(ref parser);
            if (option == ReturnOptions.Update && parser.Rest.StartsWith(" ("u8))
            {
                parser.Space();
                items = FetchParser.Parse(ref parser);
            }
        }
        if (options.HasFlag(ReturnOptions.Partial | ReturnOptions.All))
            throw new ImapSyntaxException("Expected either ALL or PARTIAL");
        // RFC 4731 §3.1: an empty list is (ALL).
        return new SearchReturn(options == ReturnOptions.None ? ReturnOptions.All : options, partial) { UpdateItems = items };
    }

    /// <summary>
    /// Results that the answer needs, counted from the end, where it speaks of no others: of RETURN (PARTIAL -1:-50)
    /// fifty.
    /// </summary>
    public int? NewestAtMost
    {
        get
        {
            const ReturnOptions OfTheEnd = ReturnOptions.Partial | ReturnOptions.Max | ReturnOptions.Save | ReturnOptions.Relevancy;
            return Has(ReturnOptions.Partial) && Partial.FromEnd && (Options & ~OfTheEnd) == ReturnOptions.None
                ? (int)Math.Min(int.MaxValue, Math.Max(Partial.First, Partial.Last))
                : null;
        }
    }

    public bool Has(ReturnOptions option) => (Options & option) != ReturnOptions.None;

    private static ReturnOptions Option(ref ImapParser parser) =>
        parser.TryWord("MIN"u8) ? ReturnOptions.Min
        : parser.TryWord("MAX"u8) ? ReturnOptions.Max
        : parser.TryWord("ALL"u8) ? ReturnOptions.All
        : parser.TryWord("COUNT"u8) ? ReturnOptions.Count
        : parser.TryWord("SAVE"u8) ? ReturnOptions.Save
        : parser.TryWord("PARTIAL"u8) ? ReturnOptions.Partial
        : parser.TryWord("CONTEXT"u8) ? ReturnOptions.Context
        : parser.TryWord("UPDATE"u8) ? ReturnOptions.Update
        : parser.TryWord("RELEVANCY"u8) ? ReturnOptions.Relevancy
        : throw parser.Expected("MIN, MAX, ALL, COUNT, SAVE, PARTIAL, CONTEXT, UPDATE or RELEVANCY");
}

/// <summary>
/// partial-range (RFC 9394 §4): results First … Last, from 1, counted from the beginning or the end.
/// </summary>
internal readonly record struct PartialRange(uint First, uint Last, bool FromEnd)
{
    /// <summary>SP partial-range-first / SP partial-range-last.</summary>
    public static PartialRange Parse(ref ImapParser parser)
    {
        parser.Space();
        var fromEnd = parser.TryTake((byte)'-');
        var first = parser.NzNumber("the first result");
        parser.Take((byte)':');
        if (fromEnd)
            parser.Take((byte)'-');
        return new PartialRange(first, parser.NzNumber("the last result"), fromEnd);
    }

    public long Count => Math.Abs((long)Last - First) + 1;

    /// <summary>The part of so many results that is asked for; it may be empty, and never goes beyond them.</summary>
    public (int Start, int Count) Of(int count)
    {
        // 500:400 is 400:500.
        var low = (long)Math.Min(First, Last);
        var high = Math.Min((long)Math.Max(First, Last), count);
        if (low > high)
            return (0, 0);
        return ((int)(FromEnd ? count - high : low - 1), (int)(high - low + 1));
    }

    /// <summary>As it was asked.</summary>
    public override string ToString() => FromEnd
        ? string.Create(CultureInfo.InvariantCulture, $"-{First}:-{Last}")
        : string.Create(CultureInfo.InvariantCulture, $"{First}:{Last}");
}
