using System.Globalization;
using System.Text;
using Casella.Core;
using Casella.Core.Messages;

namespace Casella.Imap.Syntax;

/// <summary>
/// uid-set of RFC 4315 §4 as text, for COPYUID, APPENDUID, MODIFIED and VANISHED: ascending neighbours become one
/// range; the order given is kept, because COPYUID pairs its two sets by order.
/// </summary>
internal static class UidSet
{
    public static string Format(IReadOnlyList<Uid> uids) => Format(uids.Count, i => uids[i].Value);

    /// <summary>Numbers of any kind as a sequence-set.</summary>
    public static string Format(int count, Func<int, uint> numberAt)
    {
        var text = new StringBuilder();
        for (var i = 0; i < count;)
        {
            var first = numberAt(i);
            var last = first;
            for (i++; i < count && numberAt(i) == last + 1; i++)
                last++;
            Append(text, first, last);
        }
        return text.ToString();
    }

    public static string Format(IReadOnlyList<UidRange> ranges)
    {
        var text = new StringBuilder();
        foreach (var range in ranges)
            Append(text, range.First.Value, range.Last.Value);
        return text.ToString();
    }

    private static void Append(StringBuilder text, uint first, uint last)
    {
        if (text.Length > 0)
            text.Append(',');
        text.Append(CultureInfo.InvariantCulture, $"{first}");
        if (last > first)
            text.Append(CultureInfo.InvariantCulture, $":{last}");
    }
}
