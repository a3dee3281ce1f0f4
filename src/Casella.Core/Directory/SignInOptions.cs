using System.ComponentModel.DataAnnotations;

namespace Casella.Core.Directory;

/// <summary>
/// Budgets for wrong passwords, over all protocols together, and what a password check may cost. The defaults hold an
/// attacker to fewer than 100 guesses a day at one mailbox and 300 an hour from one address, and never lock out an
/// office of 60 devices behind one address. Only a guess that is new counts: a forgotten phone that repeats its old
/// password for ever spends nothing.
/// </summary>
public sealed record SignInOptions
{
    /// <summary>
    /// Wrong passwords in a row that one mailbox takes from addresses where nobody has signed in to it before. People
    /// mistype; twenty is patience enough.
    /// </summary>
    public int AccountBurst { get; init; } = 20;

    /// <summary>
    /// How many more of them come back a day. With the burst at most 60 guesses a day, from however many addresses.
    /// </summary>
    public int AccountPerDay { get; init; } = 40;

    /// <summary>
    /// Wrong passwords in a row from one address (IPv6: one /64), whatever the mailboxes. An office that has just got
    /// its passwords mistypes a lot.
    /// </summary>
    public int AddressBurst { get; init; } = 50;

    /// <summary>How many more of them come back an hour.</summary>
    public int AddressPerHour { get; init; } = 100;

    /// <summary>
    /// When a budget above is spent: wrong passwords in a row that are still taken for a mailbox from an address where
    /// it has signed in before. This is what keeps an office working while somebody attacks from its own network; the
    /// right password costs nothing.
    /// </summary>
    public int KnownBurst { get; init; } = 2;

    /// <summary>How many more of them come back an hour.</summary>
    public int KnownPerHour { get; init; } = 1;

    /// <summary>
    /// How long an address stays known for a mailbox after its last sign-in there. A month covers holidays.
    /// </summary>
    public TimeSpan KnownFor { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How long a checked password is remembered, in memory and under a key of this process only, so that a client's
    /// twentieth connection costs no Argon2id. A changed password is forgotten at once.
    /// </summary>
    public TimeSpan RememberFor { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Argon2id computations at the same time; each needs 19 MiB and a processor. 0 for as many as there are
    /// processors.
    /// </summary>
    [Range(0, 64)]
    public int ParallelChecks { get; init; }

    /// <summary>
    /// Sign-ins that may wait for one of these; more are told to try later. 500 wait about five seconds on two
    /// processors.
    /// </summary>
    public int WaitingChecks { get; init; } = 500;

    /// <summary>
    /// Keep with each password the keys of SCRAM-SHA-256, and offer that mechanism once every password has them.
    /// Whoever steals the directory guesses at them some thirty times faster than at Argon2id, which matters for common
    /// passwords that people chose and not for those of devices.
    /// </summary>
    public bool Scram { get; init; } = true;

    /// <summary>
    /// How fresh a device's "last used" is kept. Each update is a durable write, so not at every sign-in.
    /// </summary>
    public TimeSpan TouchEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a browser stays signed in to the webmail without being used. A telephone that was lost can be signed out
    /// from any other browser before.
    /// </summary>
    public TimeSpan BrowserTime { get; init; } = TimeSpan.FromDays(14);
}
