using System.Globalization;
using System.Text;

namespace Casella.Imap.Tests.Witnesses;

/// <summary>A value in a response: a list, a string (atoms and numbers too, octets as Latin-1), or NIL.</summary>
internal sealed record ImapNode(string? Text, IReadOnlyList<ImapNode>? Items)
{
    private static readonly ImapNode Nil = new(null, null);

    /// <summary>The values of a line from an offset on.</summary>
    public static IReadOnlyList<ImapNode> Parse(byte[] response, int from)
    {
        var text = Encoding.Latin1.GetString(response);
        var at = from;
        return Sequence(text, ref at);
    }

    public override string ToString() => Items is { } items ? $"({string.Join(' ', items)})" : Text is null ? "NIL" : $"\"{Text}\"";

    private static List<ImapNode> Sequence(string text, ref int at)
    {
        var items = new List<ImapNode>();
        while (at < text.Length && text[at] is not ')' and not '\r')
        {
            if (text[at] == ' ')
                at++;
            else
                items.Add(One(text, ref at));
        }

        at++;
        return items;
    }

    private static ImapNode One(string text, ref int at)
    {
        switch (text[at])
        {
            case '(':
                at++;
                return new ImapNode(null, Sequence(text, ref at));
            case '"':
                return new ImapNode(Quoted(text, ref at), null);
            case '{':
                var end = text.IndexOf('}', at);
                var size = int.Parse(text.AsSpan(at + 1, end - at - 1), CultureInfo.InvariantCulture);
                at = end + 3 + size;
                return new ImapNode(text.Substring(end + 3, size), null);
            default:
                var start = at;
                while (at < text.Length && text[at] is not ' ' and not '(' and not ')' and not '\r')
                    at++;
                return text[start..at] is "NIL" ? Nil : new ImapNode(text[start..at], null);
        }
    }

    private static string Quoted(string text, ref int at)
    {
        var value = new StringBuilder();
        for (at++; text[at] != '"'; at++)
        {
            if (text[at] == '\\')
                at++;
            value.Append(text[at]);
        }

        at++;
        return value.ToString();
    }
}
