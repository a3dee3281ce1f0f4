using Casella.Core.Directory;
using Casella.Core.Policies;
using Casella.Formats.Mime;
using Casella.Formats.Push;

namespace Casella.Core.Push;

/// <summary>A browser that wants to be told of new mail while no page is open.</summary>
/// <param name="Endpoint">Of its push service; who knows it may send, so it is shown to nobody.</param>
/// <param name="Accounts">Of which mailboxes.</param>
/// <param name="WithContent">The notice may name sender and subject; else it says only that there is mail.</param>
public sealed record PushWish(string Endpoint, PushKeys Keys, IReadOnlyList<AccountId> Accounts, bool WithContent)
{
    /// <summary>Never shows where.</summary>
    public override string ToString() => $"wish for {Accounts.Count} mailboxes";
}

/// <summary>The same as it is kept, with whose browser it is: who may no longer read a mailbox hears of it no more.</summary>
public sealed record PushSubscription(WebSessionId Session, PersonId? Person, DeviceId? Device, Language Language, PushWish Wish);

/// <summary>What is told.</summary>
/// <param name="Count">New messages.</param>
/// <param name="Newest">Null where nothing of the content is wanted.</param>
public sealed record PushNotice(AccountId Account, string Address, int Count, Envelope? Newest);

/// <summary>What became of a notice.</summary>
public enum PushOutcome
{
    /// <summary>The service has it.</summary>
    Sent,

    /// <summary>RFC 8030 §7.3: the subscription is no more.</summary>
    Gone,

    /// <summary>The service wants to be left alone for a while, or does not answer.</summary>
    Later,

    /// <summary>The service does not want it, now or later.</summary>
    Refused,
}

/// <summary>Brings a notice to a push service; implemented where there is HTTP.</summary>
public interface IPushTransport
{
    Task<PushOutcome> SendAsync(PushSubscription to, PushNotice notice, PushSigner signer, CancellationToken cancellationToken);
}
