using Casella.Core.Delivery;
using Casella.Core.Storage;

namespace Casella.Core.Filtering.Spam;

/// <summary>All that the built-in filter knows when it judges: facts only, so that judging is pure.</summary>
/// <param name="Clues">Of the message.</param>
/// <param name="Sender">What was found out about who sent it.</param>
/// <param name="Domain">The recipient's.</param>
internal sealed record SpamCase(MessageClues Clues, AuthenticationVerdict Sender, string Domain, DateTimeOffset Now)
{
    /// <summary>What the mailbox knows.</summary>
    public SpamKnowledge Mailbox { get; init; } = SpamKnowledge.None;

    /// <summary>What all mailboxes of the domain know together.</summary>
    public SpamKnowledge House { get; init; } = SpamKnowledge.None;

    /// <summary>
    /// The domain in From has said that this is not its mail: nothing good may be believed of the sender's name.
    /// </summary>
    public bool IsForged => Sender.Dmarc is CheckResult.Fail or CheckResult.PermanentError || (Sender.Dmarc is CheckResult.None && Sender.Spf is CheckResult.Fail);

    /// <summary>It is shown that the sender is who he says he is.</summary>
    public bool IsProven => !IsForged
        && (Sender.Dmarc is CheckResult.Pass
            || (Clues.From is { } from && Sender.SignedBy.Any(signer => MessageClues.AreOfOneOwner(signer, from.Domain))));
}
