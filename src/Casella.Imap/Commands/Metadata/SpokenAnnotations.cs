using System.Text;
using Casella.Core.Annotations;
using Casella.Imap.Session;

namespace Casella.Imap.Commands.Metadata;

/// <summary>The annotations that a client sees: those that are kept, and those that follow from something else.</summary>
internal static class SpokenAnnotations
{
    /// <summary>RFC 6154 §4: tied to the special use of the mailbox, and not to be set by itself.</summary>
    public static AnnotationEntry SpecialUse { get; } = AnnotationEntry.Parse("/private/specialuse");

    public static async ValueTask<IReadOnlyList<Annotation>> OfServerAsync(ImapSession session, CancellationToken cancellationToken) =>
    [
        .. await session.Services.ServerAnnotations.ReadAsync(session.Account.Address, cancellationToken),
        .. await session.Account.Annotations.ReadAsync(mailbox: null, cancellationToken),
    ];

    public static async ValueTask<IReadOnlyList<Annotation>> OfMailboxAsync(MailboxPlace place, CancellationToken cancellationToken)
    {
        var kept = await place.Account.Annotations.ReadAsync(place.Id, cancellationToken);
        return SpecialUses.Attribute(place.Use) is { } use
            ? [new Annotation(SpecialUse, Encoding.ASCII.GetBytes(use)), .. kept]
            : kept;
    }
}
