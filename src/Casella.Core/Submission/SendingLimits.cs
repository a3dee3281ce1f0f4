using System.Security.Cryptography;
using System.Text;
using Casella.Core.Changes;
using Casella.Core.Delivery;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Notices;
using Casella.Core.Storage;
using Casella.Formats.Addresses;

namespace Casella.Core.Submission;

/// <summary>
/// What one mailbox and one person may send in a day to addresses elsewhere. A stolen password is used to write to
/// thousands whom nobody here has ever written to; when that begins it ends, and mailbox and office are told. Asked by
/// the <see cref="Submitter"/> before anything is sent.
/// </summary>
internal sealed class SendingLimits(ISendingStore store, MailAccounts accounts, RecipientResolver resolver, SubmissionOptions options, TimeProvider time)
{
    private const int HashSize = 16;

    /// <returns>What was counted, to be given back if the mail is called back; null for nothing.</returns>
    /// <exception cref="MailException">SendingLimitReached: nothing of it is counted.</exception>
    public async Task<SendingCount?> TakeAsync(SignedIn sender, Actor actor, IReadOnlyList<EmailAddress> outside, CancellationToken cancellationToken)
    {
        if (outside.Count == 0)
            return null;
        var who = actor.Person is { } person ? $"person {person.Value}" : actor.Device is { } device ? $"device {device.Value}" : null;
        var request = new SendingRequest(
            sender.Account, [$"account {sender.Account.Value}", .. who is null ? [] : new[] { who }], (int)(time.GetUtcNow().ToUnixTimeSeconds() / 86_400),
            [.. outside.Distinct().Select(address => (ReadOnlyMemory<byte>)SHA256.HashData(Encoding.UTF8.GetBytes(address.ToString()))[..HashSize])],
            options.RecipientsPerDay, options.NewRecipientsPerDay);
        var answer = await store.TakeAsync(request, cancellationToken);
        if (answer.Limit is not { } limit)
            return new SendingCount(request.Names, request.Day, request.Recipients.Count, answer.Fresh);
        if (answer.IsFirst)
            await TellAsync(sender, new SendingFacts(actor.Name, actor.Device is not null, actor.Client, limit, answer.IsNew, sender.Address.ToString()), cancellationToken);
        throw new MailException(MailError.SendingLimitReached, $"{sender.Address}, {actor.Name}");
    }

    /// <summary>The members of the mailbox, and the office: whoever reads postmaster.</summary>
    private async Task TellAsync(SignedIn sender, SendingFacts facts, CancellationToken cancellationToken)
    {
        var told = new List<AccountId> { sender.Account };
        if (EmailAddress.TryParse($"postmaster@{sender.Address.Domain}", out var postmaster)
            && await resolver.ResolveAsync(postmaster, cancellationToken) is Resolution.Local office)
            told.AddRange(office.Accounts.Select(account => account.Id));
        foreach (var id in told.Distinct())
            await (await accounts.OpenAsync(id, Actor.Server, cancellationToken)).Care.TellAsync(NoticeKind.Sending, facts, cancellationToken);
    }
}

/// <summary>Limits against stolen passwords. Bound from <c>Limits:Submission</c>.</summary>
public sealed record SubmissionOptions
{
    /// <summary>
    /// Recipients elsewhere that one mailbox, and one person, may write to in a day. Enough for a letter to all members
    /// of a large association.
    /// </summary>
    public int RecipientsPerDay { get; init; } = 5_000;

    /// <summary>
    /// Of these, recipients to whom the mailbox has never written before: where the thief is told from the secretary.
    /// </summary>
    public int NewRecipientsPerDay { get; init; } = 1_000;
}
