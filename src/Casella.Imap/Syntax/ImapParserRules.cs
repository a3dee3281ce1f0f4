using System.Text;
using System.Text.Unicode;
using Casella.Core.Messages;
using Casella.Formats.Mime;

namespace Casella.Imap.Syntax;

/// <summary>
/// The rules of RFC 9051 §9 that make values of their own: mailboxes, flags, sequence sets, dates. Grammar that only
/// one command has stands with that command (fetch-att, search-key, list options).
/// </summary>
internal static class ImapParserRules
{
    /// <summary>
    /// A longer keyword is a mistake or an attack: it would be sent in every FLAGS answer to everybody.
    /// </summary>
    public const int MaxKeywordLength = 100;

    private static ReadOnlySpan<byte> Months => "JanFebMarAprMayJunJulAugSepOctNovDec"u8;

    /// <summary>
    /// mailbox = "INBOX" / astring, decoded (RFC 3501 §5.1.3). Whether the text is a legal name is for the core to say.
    /// </summary>
    public static string Mailbox(this ref ImapParser parser) =>
        DecodeMailbox(parser.AstringOctets("a mailbox name"), parser.HasUtf8Names);

    /// <summary>list-mailbox = 1*list-char / string, decoded.</summary>
    public static string ListMailbox(this ref ImapParser parser) => DecodeMailbox(
        parser.Next is (byte)'"' or (byte)'{' ? parser.String() : parser.Run(ImapChars.List, "a mailbox pattern"),
        parser.HasUtf8Names);

    /// <summary>
    /// UTF-8 where it is enabled, and where octets above 127 show it (RFC 6855 §3: it is taken from everybody); else
    /// modified UTF-7.
    /// </summary>
    private static string DecodeMailbox(ReadOnlySpan<byte> octets, bool isUtf8)
    {
        if (isUtf8 || !Ascii.IsValid(octets))
            return Utf8.IsValid(octets)
                ? Encoding.UTF8.GetString(octets)
                : throw new ImapSyntaxException("Expected a mailbox name in UTF-8");
        return ModifiedUtf7.TryDecode(octets, out var name)
            ? name
            : throw new ImapSyntaxException("Expected a mailbox name in modified UTF-7");
    }

    /// <summary>flag-list = "(" [flag *(SP flag)] ")".</summary>
    public static FlagNames FlagList(this ref ImapParser parser)
    {
        var flags = new FlagListBuilder();
        parser.OpenList();
        while (!parser.TryCloseList())
        {
            if (!flags.IsEmpty)
                parser.Space();
            flags.Add(ref parser);
        }
        return flags.Build();
    }

    /// <summary>flag-list / (flag *(SP flag)), as in STORE.</summary>
    public static FlagNames FlagsOrFlagList(this ref ImapParser parser)
    {
        if (parser.Next == (byte)'(')
            return parser.FlagList();
        var flags = new FlagListBuilder();
        do
            flags.Add(ref parser);
        while (parser.TrySpace());
        return flags.Build();
    }

    /// <summary>flag-keyword = atom.</summary>
    public static string Keyword(this ref ImapParser parser)
    {
        var keyword = parser.Atom("a keyword");
        return keyword.Length <= MaxKeywordLength
            ? keyword
            : throw new ImapSyntaxException($"Expected a keyword of at most {MaxKeywordLength} characters");
    }

    /// <summary>
    /// sequence-set = (seq-number / seq-range) ["," sequence-set] / seq-last-command; seq-last-command = "$"
    /// (RFC 5182 §3).
    /// </summary>
    public static SequenceSet SequenceSet(this ref ImapParser parser)
    {
        if (parser.TryTake((byte)'$'))
            return Syntax.SequenceSet.Saved;
        var ranges = new List<SequenceRange>();
        do
        {
            var first = SeqNumber(ref parser);
            ranges.Add(new SequenceRange(first, parser.TryTake((byte)':') ? SeqNumber(ref parser) : first));
        }
        while (parser.TryTake((byte)','));
        return new SequenceSet(ranges);
    }

    private static uint SeqNumber(ref ImapParser parser) =>
        parser.TryTake((byte)'*') ? SequenceRange.Star : parser.NzNumber("a message number, a UID or *");

    /// <summary>
    /// date = date-text / DQUOTE date-text DQUOTE; date-text = date-day "-" date-month "-" date-year.
    /// </summary>
    public static DateOnly Date(this ref ImapParser parser)
    {
        var quoted = parser.TryTake((byte)'"');
        var day = parser.Next is >= (byte)'0' and <= (byte)'9' ? Digits(ref parser, 1) : throw parser.Expected("a day of the month");
        if (parser.Next is >= (byte)'0' and <= (byte)'9')
            day = day * 10 + Digits(ref parser, 1);
        var date = MonthAndYear(ref parser, day);
        if (quoted)
            parser.Take((byte)'"');
        return date;
    }

    /// <summary>date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE.</summary>
    public static DateTimeOffset DateTime(this ref ImapParser parser)
    {
        parser.Take((byte)'"');
        var day = parser.TrySpace() ? Digits(ref parser, 1) : Digits(ref parser, 2);
        var date = MonthAndYear(ref parser, day);
        parser.Space();
        var hour = Digits(ref parser, 2);
        parser.Take((byte)':');
        var minute = Digits(ref parser, 2);
        parser.Take((byte)':');
        var second = Digits(ref parser, 2);
        parser.Space();
        var east = !parser.TryTake((byte)'-');
        if (east)
            parser.Take((byte)'+');
        var zone = Digits(ref parser, 2) * 60 + Digits(ref parser, 2);
        parser.Take((byte)'"');
        // A leap second (":60") is shown as the last second of its minute; zones end at 14 hours.
        if (hour > 23 || minute > 59 || second > 60 || zone > 14 * 60 || date.Year is 1 or 9999)
            throw new ImapSyntaxException("Expected a date and time that exists");
        var local = date.ToDateTime(new TimeOnly(hour, minute, Math.Min(second, 59)));
        return new DateTimeOffset(local, TimeSpan.FromMinutes(east ? zone : -zone));
    }

    private static DateOnly MonthAndYear(ref ImapParser parser, int day)
    {
        parser.Take((byte)'-');
        var month = Month(ref parser);
        parser.Take((byte)'-');
        var year = Digits(ref parser, 4);
        if (year < 1 || day < 1 || day > System.DateTime.DaysInMonth(year, month))
            throw new ImapSyntaxException("Expected a date that exists");
        return new DateOnly(year, month, day);
    }

    private static int Month(ref ImapParser parser)
    {
        for (var i = 0; i < 12; i++)
            if (parser.TryPrefix(Months.Slice(i * 3, 3)))
                return i + 1;
        throw parser.Expected("a month (Jan … Dec)");
    }

    private static int Digits(ref ImapParser parser, int count)
    {
        var value = 0;
        for (var i = 0; i < count; i++)
        {
            var digit = parser.Next;
            if (digit is < (byte)'0' or > (byte)'9')
                throw parser.Expected("a digit");
            parser.Take(digit);
            value = value * 10 + (digit - '0');
        }
        return value;
    }
}
