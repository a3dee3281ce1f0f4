using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Filtering.Events;
using Casella.Core.Messages;
using AccountState = Casella.Core.Messages.AccountState;

namespace Casella.Core.Annotations;

/// <summary>
/// What programs and people keep beside the mailboxes of an account (RFC 5464): shared by all, or each person's own.
/// Values follow their mailbox when it is renamed, and go with it. One for each actor, as
/// <see cref="MailAccount.Annotations"/>; the annotations of the server are <see cref="ServerAnnotations"/>.
/// </summary>
public sealed class AccountAnnotations
{
    private readonly AccountState _state;
    private readonly Actor _actor;
    private readonly MessageOptions _options;

    internal AccountAnnotations(AccountState state, Actor actor, MessageOptions options) =>
        (_state, _actor, _options) = (state, actor, options);

    /// <summary>Octets of the longest value that is taken.</summary>
    public int MaxSize => _options.AnnotationSize;

    /// <summary>The shared ones and the actor's own, by name.</summary>
    /// <param name="mailbox">Null for those of the account as a whole.</param>
    public Task<IReadOnlyList<Annotation>> ReadAsync(MailboxId? mailbox, CancellationToken cancellationToken) =>
        _state.Store.ReadAsync<IReadOnlyList<Annotation>>(
            _state.Id,
            reader => [.. reader.Annotations(mailbox, AnnotationOwner.Of(_actor)), .. reader.Annotations(mailbox, AnnotationOwner.Everybody)],
            cancellationToken);

    /// <summary>
    /// Sets annotations, all or none; a value of null removes one. Those of the account as a whole are private only, but
    /// for the script that runs for events: what is for all there, the office says.
    /// </summary>
    /// <returns>The ModSeq of the change; null when everything was so already.</returns>
    /// <exception cref="MailException">NoSuchMailbox, NoPermission, AnnotationTooLarge, TooManyAnnotations.</exception>
    public Task<ModSeq?> SetAsync(MailboxId? mailbox, IReadOnlyList<Annotation> values, CancellationToken cancellationToken)
    {
        if (mailbox is null && values.Any(value => !value.Entry.IsPrivate && !EventScripts.IsNamedBy(value.Entry)))
            throw new MailException(MailError.NoPermission, "shared annotations of the server");
        // A script can send all mail elsewhere: which one runs is for who may write them.
        var needs = values.Any(value => EventScripts.IsNamedBy(value.Entry)) ? MemberRights.Manage
            : values.All(value => value.Entry.IsPrivate) ? MemberRights.Read : MemberRights.Work;
        var limits = new AnnotationLimits(_options.AnnotationSize, _options.AnnotationsPerMailbox, _options.AnnotationsTotal);
        return _state.WriteAsync(_actor, needs, unit => AnnotationChanges.Set(unit, mailbox, values, limits), cancellationToken);
    }
}
