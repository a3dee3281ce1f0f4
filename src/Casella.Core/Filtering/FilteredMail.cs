using Casella.Core.Messages;
using Casella.Formats.Sieve;

namespace Casella.Core.Filtering;

/// <summary>What is stored of an incoming message after its script: all in one unit.</summary>
/// <param name="Stores">In the script's order; none when the message is sent on or thrown away.</param>
/// <param name="DeliveryKey">As of <see cref="MailAccount.DeliverAsync"/>.</param>
/// <param name="Remember">Keys, and how long.</param>
/// <param name="Failure">What went wrong, for the members; null when nothing did.</param>
internal sealed record FilteredMail(
    IReadOnlyList<FilteredStore> Stores, ReadOnlyMemory<byte> DeliveryKey, IReadOnlyList<(byte[] Key, TimeSpan For)> Remember, ScriptFailure? Failure)
{
    /// <summary>Hash of a sender whom the mailbox knows from now on, or null.</summary>
    public long? Sender { get; init; }
}

/// <param name="Mailbox">Null for INBOX.</param>
internal sealed record FilteredStore(SieveMailbox? Mailbox, IReadOnlyList<string> Flags, StagedMessage Content)
{
    /// <summary>Into SPAM: the filter has found it, and the script has said nothing else.</summary>
    public bool IsSpam { get; init; }
}

/// <param name="Script">Its name.</param>
internal sealed record ScriptFailure(string Script, SieveError Error);
