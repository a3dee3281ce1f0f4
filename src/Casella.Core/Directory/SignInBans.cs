using System.Net;

namespace Casella.Core.Directory;

/// <summary>
/// Who may not try to sign in for now, because of too many wrong passwords, and an end to it: casella bans. Nothing is
/// banned for ever; budgets come back with time (<see cref="SignInOptions"/>).
/// </summary>
public sealed class SignInBans
{
    private readonly SignInThrottle _throttle;

    internal SignInBans(SignInThrottle throttle) => _throttle = throttle;

    /// <summary>Mailboxes and addresses whose budget is spent, those first that wait longest.</summary>
    public IReadOnlyList<SignInBan> List() => _throttle.Banned();

    /// <summary>Gives the whole budget back.</summary>
    /// <param name="whom">As <see cref="List"/> calls it, or any address of an IPv6 /64.</param>
    /// <returns>False when it was not banned.</returns>
    public bool Lift(string whom) => _throttle.Lift(whom.Trim(), IPAddress.TryParse(whom.Split('/')[0].Trim(), out var address) ? address : null);
}

/// <param name="Whom">A user name, an IPv4 address or an IPv6 /64.</param>
/// <param name="IsAddress">On the network; else a user name, from wherever.</param>
/// <param name="Until">When the next password is looked at.</param>
public sealed record SignInBan(string Whom, bool IsAddress, DateTimeOffset Until);
