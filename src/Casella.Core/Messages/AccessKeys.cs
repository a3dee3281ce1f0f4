using System.Security.Cryptography;
using Casella.Core.Changes;

namespace Casella.Core.Messages;

/// <summary>
/// Mailbox access keys (RFC 4467 §2.2): each person has one for each mailbox, and the URLs that the person has
/// authorized are worth as much as the key. No key is ever told. One for each actor, as
/// <see cref="MailAccount.AccessKeys"/>; whose URL may be read by whom is asked of
/// <see cref="Directory.AuthorizedUrls"/>.
/// </summary>
/// <remarks>Nothing of the mail changes, so keys raise no ModSeq and stand in no change log.</remarks>
public sealed class AccessKeys
{
    private const int KeySize = 32;

    // For mailboxes and persons without a key: to say no takes as long as with one (RFC 4467 §6).
    private static readonly byte[] NoKey = RandomNumberGenerator.GetBytes(KeySize);

    private readonly AccountState _state;
    private readonly PersonId? _person;

    internal AccessKeys(AccountState state, Actor actor) => (_state, _person) = (state, actor.Person);

    /// <summary>Authorizes a URL, with a new key where there is none yet.</summary>
    /// <param name="rump">Up to the access identifier, as the client wrote it.</param>
    /// <exception cref="MailException">NoSuchMailbox.</exception>
    public async Task<UrlToken> SignAsync(MailboxId mailbox, string rump, CancellationToken cancellationToken)
    {
        var key = await KeyAsync(mailbox, cancellationToken);
        if (key is null)
        {
            key = await _state.Store.WriteAsync(
                _state.Id,
                transaction =>
                {
                    // Another session of the same person may have been here first.
                    if (transaction.AccessKey(mailbox, _person) is { } present)
                        return present;
                    return Put(transaction, mailbox);
                },
                committed: null,
                cancellationToken);
        }

        return UrlToken.Make(key.Value.Span, _person, rump);
    }

    /// <summary>Whether this actor's person has authorized the URL with the key of today.</summary>
    /// <param name="mailbox">Null when there is none of the URL's name.</param>
    public async Task<bool> VerifyAsync(MailboxId? mailbox, string rump, UrlToken token, CancellationToken cancellationToken)
    {
        var key = mailbox is { } id ? await KeyAsync(id, cancellationToken) : null;
        var isSame = UrlToken.Make((key ?? NoKey).Span, _person, rump).IsSame(token);
        return isSame && key is not null;
    }

    /// <summary>Another key: the URLs of this person for this mailbox are worth nothing from now on.</summary>
    /// <exception cref="MailException">NoSuchMailbox.</exception>
    public Task ResetAsync(MailboxId mailbox, CancellationToken cancellationToken) => _state.Store.WriteAsync(
        _state.Id, transaction => Put(transaction, mailbox), committed: null, cancellationToken);

    /// <summary>Takes all URLs of this person in this account their force.</summary>
    public Task RemoveAllAsync(CancellationToken cancellationToken) => _state.Store.WriteAsync(
        _state.Id,
        transaction =>
        {
            transaction.DeleteAccessKeys(_person);
            return true;
        },
        committed: null,
        cancellationToken);

    private ReadOnlyMemory<byte> Put(Storage.IMailTransaction transaction, MailboxId mailbox)
    {
        if (transaction.Mailbox(mailbox) is null)
            throw new MailException(MailError.NoSuchMailbox);
        var key = RandomNumberGenerator.GetBytes(KeySize);
        transaction.PutAccessKey(mailbox, _person, key);
        return key;
    }

    private Task<ReadOnlyMemory<byte>?> KeyAsync(MailboxId mailbox, CancellationToken cancellationToken) =>
        _state.Store.ReadAsync(_state.Id, reader => reader.AccessKey(mailbox, _person), cancellationToken);
}
