using System.Globalization;
using Casella.Core.Messages;

namespace Casella.Imap.Syntax;

/// <summary>The composite rules of responses (RFC 9051 §9) that several commands write.</summary>
internal static class ImapWriterRules
{
    /// <summary>flag-list with the session's \Recent.</summary>
    public static ImapWriter Flags(this ImapWriter writer, MessageFlags flags, KeywordList keywords, bool isRecent)
    {
        writer.Byte((byte)'(');
        var isFirst = true;
        if (flags.Has(MessageFlags.Answered))
            writer.Flag("\\Answered", ref isFirst);
        if (flags.Has(MessageFlags.Flagged))
            writer.Flag("\\Flagged", ref isFirst);
        if (flags.Has(MessageFlags.Deleted))
            writer.Flag("\\Deleted", ref isFirst);
        if (flags.Has(MessageFlags.Seen))
            writer.Flag("\\Seen", ref isFirst);
        if (flags.Has(MessageFlags.Draft))
            writer.Flag("\\Draft", ref isFirst);
        if (isRecent)
            writer.Flag("\\Recent", ref isFirst);
        // Most messages have no keyword: the bits tell before the names are looked through.
        for (var rest = flags.Bits >> MessageFlags.FirstKeywordBit; rest != UInt128.Zero; rest &= rest - 1)
        {
            var number = (int)UInt128.TrailingZeroCount(rest);
            if (number < keywords.Names.Count)
                writer.Flag(keywords.Names[number], ref isFirst);
        }
        return writer.Byte((byte)')');
    }

    private static void Flag(this ImapWriter writer, string name, ref bool isFirst)
    {
        if (!isFirst)
            writer.Space();
        isFirst = false;
        writer.Text(name);
    }

    /// <summary>date-time of an INTERNALDATE, in UTC: " 1-Jan-2026 12:00:00 +0000" in quotes.</summary>
    public static ImapWriter DateTime(this ImapWriter writer, long unixSeconds)
    {
        Span<char> text = stackalloc char[28];
        DateTimeOffset.FromUnixTimeSeconds(unixSeconds).TryFormat(
            text, out var length, "dd-MMM-yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture);
        if (text[0] == '0')
            text[0] = ' ';
        return writer.Byte((byte)'"').Text(text[..length]).Byte((byte)'"');
    }
}
