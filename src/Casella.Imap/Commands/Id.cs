using System.Text;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>ID (RFC 2971): who the client is, for the story of its changes, and who the server is.</summary>
/// <param name="Client">"Name version", made safe for logs, or null when the client does not say.</param>
internal sealed record Id(string? Client) : ImapCommand
{
    // RFC 2971 §3.3: at most 30 pairs; fields of 30 and values of 1024 octets.
    private const int MaxPairs = 30;
    private const int MaxFieldLength = 30;
    private const int MaxValueLength = 1024;

    // A name is shown beside each change: longer is a mistake.
    private const int MaxClientLength = 100;

    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        if (parser.TryWord("NIL"u8))
            return new Id(Client: null);
        string? name = null;
        string? version = null;
        parser.OpenList();
        for (var pairs = 0; !parser.TryCloseList(); pairs++)
        {
            if (pairs == MaxPairs)
                throw new ImapSyntaxException($"Expected at most {MaxPairs} fields");
            if (pairs > 0)
                parser.Space();
            var field = Limited(parser.Astring("a field name"), MaxFieldLength);
            parser.Space();
            var value = parser.Nstring();
            if (value is not null && Limited(value, MaxValueLength).Length > 0)
                if (string.Equals(field, "name", StringComparison.OrdinalIgnoreCase))
                    name = value;
                else if (string.Equals(field, "version", StringComparison.OrdinalIgnoreCase))
                    version = value;
        }
        return new Id(name is null ? null : Printable(version is null ? name : $"{name} {version}"));
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        if (Client is not null)
            session.SetClientName(Client);
        await session.NoteClientAsync(cancellationToken);
        session.Writer.Raw("* ID (\"name\" \"Casella\")\r\n"u8);
        return ImapReply.Ok("ID completed");
    }

    private static string Limited(string text, int limit) =>
        Encoding.UTF8.GetByteCount(text) <= limit ? text : throw new ImapSyntaxException($"Expected at most {limit} octets");

    /// <summary>Control characters could forge lines of a log, separators of directions what a person reads.</summary>
    private static string Printable(string text)
    {
        var printable = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
            if (printable.Length < MaxClientLength && !Rune.IsControl(rune)
                && Rune.GetUnicodeCategory(rune) is not System.Globalization.UnicodeCategory.Format)
                printable.Append(rune);
        return printable.ToString();
    }
}
