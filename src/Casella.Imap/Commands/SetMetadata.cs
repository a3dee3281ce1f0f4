using System.Globalization;
using Casella.Core;
using Casella.Core.Annotations;
using Casella.Imap.Commands.Metadata;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>SETMETADATA (RFC 5464 §4.3): sets annotations of a mailbox, all or none; NIL removes one.</summary>
/// <param name="Mailbox">"" for the server, where everybody has private ones only.</param>
internal sealed record SetMetadata(string Mailbox, IReadOnlyList<Annotation> Values) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        var mailbox = parser.Mailbox();
        parser.Space();
        var values = new List<Annotation>();
        parser.OpenList();
        do
        {
            var entry = parser.Entry();
            // RFC 5464 §3.2: at least two components.
            if (!entry.CanHaveValue)
                throw new ImapSyntaxException($"{entry} has no value, only entries below it");
            parser.Space();
            values.Add(new Annotation(entry, parser.AnnotationValue()));
        }
        while (parser.TrySpace());
        parser.CloseList();
        return new SetMetadata(mailbox, values);
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var place = Mailbox.Length == 0 ? null : await session.FindAsync(Mailbox, cancellationToken);
        if (place is not null && Values.Any(value => value.Entry == SpokenAnnotations.SpecialUse))
            return ImapReply.No("The special use of a mailbox is not set like that", "USEATTR");
        var account = place?.Account ?? session.Account;
        try
        {
            await account.Annotations.SetAsync(place?.Id, Values, cancellationToken);
        }
        catch (MailException e) when (e.Error is MailError.AnnotationTooLarge)
        {
            return Errors.Reply(e.Error) with
            {
                Code = string.Create(CultureInfo.InvariantCulture, $"METADATA MAXSIZE {account.Annotations.MaxSize}"),
            };
        }
        return ImapReply.Ok("SETMETADATA completed");
    }
}
