using System.Net;
using Casella.Core.Changes;
using Casella.Formats.Addresses;

namespace Casella.Core.Directory;

/// <summary>
/// What became of the sign-ins of the last hour, by mailbox: for who sets up a device and waits for it, and for the
/// office that looks for the device that fails. In memory, bounded, and without any password. Told by
/// <see cref="Authenticator"/>.
/// </summary>
public sealed class SignInFeed
{
    /// <summary>Mailboxes that are remembered; beyond, the one that was quiet longest goes.</summary>
    private const int MaxMailboxes = 2_000;

    /// <summary>Of one mailbox, the newest.</summary>
    private const int MaxTrials = 30;

    private static readonly TimeSpan Keeps = TimeSpan.FromHours(1);

    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<EmailAddress, Queue<SignInTrial>> _trials = [];
    private readonly HashSet<Watcher> _watchers = [];

    private readonly DateTimeOffset _since;

    internal SignInFeed(FailingSignIns failing, TimeProvider time) => (Failing, _time, _since) = (failing, time, time.GetUtcNow());

    /// <summary>The start of the server, while it is within the hour: what was tried before is not known here any more.</summary>
    public DateTimeOffset? KnowsOnlySince => _time.GetUtcNow() - _since < Keeps ? _since : null;

    /// <summary>Who tries again and again, over longer than this hour.</summary>
    internal FailingSignIns Failing { get; }

    /// <summary>The newest first.</summary>
    public IReadOnlyList<SignInTrial> Recent(EmailAddress address)
    {
        var since = _time.GetUtcNow() - Keeps;
        lock (_lock)
            return _trials.TryGetValue(address, out var trials) ? [.. trials.Where(trial => trial.At >= since).Reverse()] : [];
    }

    /// <summary>Keeps what became of a sign-in, and tells who waits for it.</summary>
    /// <param name="address">As it was typed, in canonical form; null for what is no address.</param>
    /// <param name="secretHash">What the directory would keep of the typed password; compared here and not kept.</param>
    internal void Note(EmailAddress? address, SignInTrial trial, string? secretHash)
    {
        SignInMetrics.Tried(trial.Protocol, trial.Outcome);
        // Names that nobody has are made up by the thousand.
        if (address is not null && trial.Outcome is not SignInOutcome.UnknownUser)
            lock (_lock)
                Keep(address, trial);
        Tell(address, trial, secretHash);
    }

    /// <summary>
    /// What kept a program from coming as far as a user name (ADR 0056). Told to who sets one up from there, and not
    /// kept: ports are scanned all day.
    /// </summary>
    public void NoteConnection(AccessProtocol protocol, IPAddress remote, SignInOutcome trouble) => Tell(null, Trial(protocol, remote, trouble), null);

    /// <summary>Tells from now on what concerns a device that is being set up.</summary>
    /// <param name="tell">Never blocks or throws.</param>
    internal IDisposable Follow(DeviceWatch watch, Action<SignInTrial> tell)
    {
        var watcher = new Watcher(this, watch, tell);
        lock (_lock)
            _watchers.Add(watcher);
        return watcher;
    }

    internal SignInTrial Trial(AccessProtocol protocol, IPAddress remote, SignInOutcome outcome) => new(_time.GetUtcNow(), protocol, remote, outcome);

    private void Tell(EmailAddress? address, SignInTrial trial, string? secretHash)
    {
        Watcher[] watchers;
        lock (_lock)
            watchers = [.. _watchers];
        foreach (var watcher in watchers)
            if (watcher.Watch.Judge(address, trial, secretHash) is { } told)
                watcher.Tell(told);
    }

    private void Keep(EmailAddress address, SignInTrial trial)
    {
        if (!_trials.TryGetValue(address, out var trials))
        {
            // Whether a name that is throttled exists nobody has looked.
            if (trial.Outcome is SignInOutcome.TooManyTries or SignInOutcome.WithoutTls)
                return;
            if (_trials.Count >= MaxMailboxes)
                _trials.Remove(_trials.MinBy(entry => entry.Value.Last().At).Key);
            _trials[address] = trials = new Queue<SignInTrial>();
        }

        trials.Enqueue(trial);
        if (trials.Count > MaxTrials)
            trials.Dequeue();
        Failing.Note(address, trial);
    }

    private sealed class Watcher(SignInFeed feed, DeviceWatch watch, Action<SignInTrial> tell) : IDisposable
    {
        public DeviceWatch Watch => watch;

        public void Tell(SignInTrial trial) => tell(trial);

        public void Dispose()
        {
            lock (feed._lock)
                feed._watchers.Remove(this);
        }
    }
}

/// <summary>One sign-in, or the attempt at it.</summary>
public sealed record SignInTrial(DateTimeOffset At, AccessProtocol Protocol, IPAddress Remote, SignInOutcome Outcome)
{
    /// <summary>Whose password it was, or by its first group was meant to be; null when nobody knows.</summary>
    public DeviceId? Device { get; init; }
}

public enum SignInOutcome
{
    Accepted,

    /// <summary>The user name is no mailbox of ours.</summary>
    UnknownUser,

    /// <summary>Wrong, or taken away.</summary>
    WrongPassword,

    /// <summary>Right, but of another mailbox than the user name says. Told only to who waits for the device.</summary>
    OtherMailbox,

    /// <summary>Right, but this device is not for this protocol.</summary>
    ProtocolNotAllowed,

    /// <summary>Too many wrong ones; nobody has looked at it.</summary>
    TooManyTries,

    /// <summary>It would have come in clear text; nobody has looked at it.</summary>
    WithoutTls,

    /// <summary>TLS where the port begins in clear text, or a sign-in where other servers bring mail. Not kept.</summary>
    WrongPort,

    /// <summary>The program does not take our certificate. Not kept.</summary>
    CertificateRefused,

    /// <summary>The program takes our certificate for one that has ended, which by our clock it has not. Not kept.</summary>
    WrongClock,
}

/// <summary>A device that is being set up, and from where somebody watches it.</summary>
/// <param name="SecretHash">What the directory keeps of its password.</param>
internal sealed record DeviceWatch(EmailAddress Address, DeviceId Device, string SecretHash, AddressGroup Near)
{
    /// <summary>What the watcher is told of a sign-in; null for what is none of their business.</summary>
    public SignInTrial? Judge(EmailAddress? address, SignInTrial trial, string? secretHash)
    {
        if (trial.Device == Device)
            return trial;
        var isAccepted = trial.Outcome is SignInOutcome.Accepted;
        // The very password, with another user name.
        if (!isAccepted && secretHash is not null && string.Equals(secretHash, SecretHash, StringComparison.Ordinal))
            return trial.Outcome is SignInOutcome.WrongPassword ? trial with { Outcome = SignInOutcome.OtherMailbox } : trial;
        if (isAccepted || trial.Device is not null)
            return null;
        // A device of this mailbox that nobody can tell, or a name that nobody has from where the watcher is.
        return address == Address || (IsNameless(trial.Outcome) && AddressGroup.Of(trial.Remote) == Near)
            ? trial
            : null;
    }

    private static bool IsNameless(SignInOutcome outcome) => outcome is SignInOutcome.UnknownUser or SignInOutcome.WithoutTls
        or SignInOutcome.WrongPort or SignInOutcome.CertificateRefused or SignInOutcome.WrongClock;
}
