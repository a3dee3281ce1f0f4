using Casella.Formats.Addresses;

namespace Casella.Formats.Sieve;

/// <summary>What a script wants done with a message, in its order. Nothing at all: the message is discarded.</summary>
public abstract record SieveAction
{
    /// <summary>Into a mailbox: keep and fileinto.</summary>
    /// <param name="Mailbox">Null for where mail goes without any script.</param>
    /// <param name="Flags">IMAP's names.</param>
    /// <param name="Content">As the script has changed it by then; null for the message as it came.</param>
    public sealed record Store(SieveMailbox? Mailbox, IReadOnlyList<string> Flags, SieveContent? Content) : SieveAction
    {
        /// <summary>RFC 5228 §2.10.2: the script has not said it; whoever else has an opinion may have it.</summary>
        public bool IsImplicit { get; init; }
    }

    /// <summary>On to somebody else (RFC 5228 §4.2).</summary>
    /// <param name="Content">As of <see cref="Store"/>, without what it is enclosed in.</param>
    public sealed record Redirect(EmailAddress Address, SieveContent? Content) : SieveAction;

    /// <summary>Back, with a reason (RFC 5429).</summary>
    /// <param name="AtProtocol">ereject: the words may be lost so long as the refusal is one of the protocol.</param>
    public sealed record Reject(string Reason, bool AtProtocol) : SieveAction;

    /// <summary>An answer to the sender, if it may be given (RFC 5230).</summary>
    public sealed record Vacation(SieveVacation Answer) : SieveAction;

    /// <summary>A mail that tells somebody (RFC 5436).</summary>
    public sealed record Notify(SieveNotification Notification) : SieveAction;

    /// <summary>To be remembered once all the rest is done (RFC 7352 §3).</summary>
    public sealed record Remember(SieveDuplicate Duplicate) : SieveAction;
}

/// <summary>The mailbox that a script names.</summary>
/// <param name="Create">RFC 5490 §3.2: to be made when it is not there.</param>
/// <param name="SpecialUse">RFC 8579 §4: preferred to the name, "\Junk"; null when not asked.</param>
/// <param name="MailboxId">RFC 9042 §4: preferred to the name; null when not asked.</param>
public sealed record SieveMailbox(string Name, bool Create, string? SpecialUse, string? MailboxId);

/// <summary>Where a copy of what the server writes goes (RFC 8580).</summary>
public sealed record SieveCopy(SieveMailbox Mailbox, IReadOnlyList<string> Flags);

/// <param name="Seconds">In which nobody gets it twice; 0 for no such time (RFC 6131 §2.2).</param>
/// <param name="From">Null for the owner.</param>
/// <param name="Addresses">Others that are the owner's too.</param>
/// <param name="IsMime">The text is a MIME entity with its header.</param>
/// <param name="Handle">What makes two answers the same one (RFC 5230 §4.2).</param>
public sealed record SieveVacation(
    long Seconds, string? Subject, EmailAddress? From, IReadOnlyList<EmailAddress> Addresses, bool IsMime, string Handle, string Text, SieveCopy? Copy);

/// <param name="To">Everybody the method names.</param>
/// <param name="Subject">Null for that of the message.</param>
/// <param name="Text">Null for one of the server's own.</param>
/// <param name="Importance">1 high, 2 normal, 3 low.</param>
/// <param name="Fields">Other fields that the method asks for.</param>
public sealed record SieveNotification(
    EmailAddress? From, IReadOnlyList<EmailAddress> To, string? Subject, string? Text, int Importance,
    IReadOnlyList<(string Name, string Value)> Fields, SieveCopy? Copy);

/// <summary>How a run has ended.</summary>
/// <param name="Actions">When it has failed, nothing but to keep the message.</param>
/// <param name="Failure">What went wrong, or null.</param>
public sealed record SieveOutcome(IReadOnlyList<SieveAction> Actions, SieveError? Failure)
{
    /// <summary>RFC 5228 §2.10.2, §2.10.6: mail is never lost by a script that cannot go on.</summary>
    public static SieveOutcome Failed(SieveError failure) => new([new SieveAction.Store(null, [], null) { IsImplicit = true }], failure);
}
