using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Casella.Core.Changes;
using Casella.Core.Storage;
using Casella.Formats.Addresses;

namespace Casella.Core.Directory;

/// <summary>
/// Passwords that were checked a short time ago, right and wrong ones, under an HMAC whose key dies with the process:
/// neither memory dump nor timing tells a password. Right ones spare clients with twenty connections the Argon2id;
/// wrong ones spare it to old phones that repeat their old password, and let the throttle count only new guesses. Used
/// by <see cref="Authenticator"/>; <see cref="MailDirectory"/> makes it forget.
/// </summary>
internal sealed class SignInMemory(SignInOptions options, TimeProvider time)
{
    // Bounds memory at a few megabytes; a forgotten entry only costs one more Argon2id.
    private const int MaxEntries = 20_000;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _lock = new();
    private readonly BoundedMap _accepted = new();
    private readonly BoundedMap _refused = new();
    private long _epoch;

    /// <summary>
    /// Changes whenever something was forgotten: a check that began before may not be remembered after.
    /// </summary>
    public long Epoch => Interlocked.Read(ref _epoch);

    /// <summary>What a user name and password are remembered by.</summary>
    public UInt128 Fingerprint(string userName, ReadOnlySpan<byte> password)
    {
        var name = Encoding.UTF8.GetBytes(userName);
        var input = new byte[4 + name.Length + password.Length];
        // The length first, so that no two pairs of name and password make the same bytes.
        BinaryPrimitives.WriteInt32BigEndian(input, name.Length);
        name.CopyTo(input, 4);
        password.CopyTo(input.AsSpan(4 + name.Length));
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, input, mac);
        CryptographicOperations.ZeroMemory(input);
        return BinaryPrimitives.ReadUInt128BigEndian(mac);
    }

    public DeviceSignIn? Accepted(UInt128 fingerprint)
    {
        lock (_lock)
            return _accepted.Find(fingerprint, time.GetUtcNow())?.Check.Device;
    }

    /// <summary>Why it was refused a short time ago; null when it was not.</summary>
    public SignInRefusal? Refused(UInt128 fingerprint)
    {
        lock (_lock)
            return _refused.Find(fingerprint, time.GetUtcNow())?.Check.Refusal;
    }

    /// <summary>Remembers the outcome of a check that began at <paramref name="epoch"/>.</summary>
    public void Remember(UInt128 fingerprint, string userName, SignInCheck check, long epoch)
    {
        lock (_lock)
        {
            // A password that changed while its old one was being checked must not come back by this door.
            if (epoch != _epoch)
                return;
            var entry = new Entry(userName, check, time.GetUtcNow() + options.RememberFor);
            (check.Device is null ? _refused : _accepted).Add(fingerprint, entry, time.GetUtcNow());
        }
    }

    /// <summary>
    /// Forgets everything about a user name; called when its password changes, or the account appears or goes.
    /// </summary>
    public void Forget(string userName)
    {
        lock (_lock)
        {
            _epoch++;
            _accepted.Remove(userName);
            _refused.Remove(userName);
        }
    }

    private sealed record Entry(string UserName, SignInCheck Check, DateTimeOffset Until);

    private sealed class BoundedMap
    {
        private readonly Dictionary<UInt128, Entry> _entries = [];
        private readonly Queue<(UInt128 Fingerprint, Entry Entry)> _byAge = new();

        public Entry? Find(UInt128 fingerprint, DateTimeOffset now) =>
            _entries.TryGetValue(fingerprint, out var entry) && now < entry.Until ? entry : null;

        public void Add(UInt128 fingerprint, Entry entry, DateTimeOffset now)
        {
            _entries[fingerprint] = entry;
            _byAge.Enqueue((fingerprint, entry));
            while (_byAge.TryPeek(out var oldest) && (now >= oldest.Entry.Until || _byAge.Count > MaxEntries))
            {
                _byAge.Dequeue();
                // The same fingerprint may have been added anew since.
                if (_entries.TryGetValue(oldest.Fingerprint, out var current) && ReferenceEquals(current, oldest.Entry))
                    _entries.Remove(oldest.Fingerprint);
            }
        }

        public void Remove(string userName)
        {
            foreach (var (fingerprint, entry) in _entries)
                if (string.Equals(entry.UserName, userName, StringComparison.Ordinal))
                    _entries.Remove(fingerprint);
        }
    }
}

/// <summary>What a checked password has opened, or why nothing.</summary>
internal sealed record SignInCheck(DeviceSignIn? Device, SignInRefusal? Refusal);

/// <summary>For the <see cref="SignInFeed"/>; clients are never told.</summary>
/// <param name="Device">Which the password was meant for, where that is known.</param>
internal sealed record SignInRefusal(SignInOutcome Outcome, DeviceId? Device);

/// <summary>The device a password belongs to, as it was when the password was checked.</summary>
/// <param name="Address">Of the mailbox.</param>
internal sealed record DeviceSignIn(EmailAddress Address, DeviceEntry Device)
{
    public bool Allows(AccessProtocol protocol) => Device.Protocols.HasFlag(protocol switch
    {
        // The webmail shows what an IMAP program shows, and filters are of those who read it.
        AccessProtocol.Imap or AccessProtocol.Web or AccessProtocol.ManageSieve => DeviceProtocols.Imap,
        AccessProtocol.Pop3 => DeviceProtocols.Pop3,
        AccessProtocol.Submission => DeviceProtocols.Smtp,
        _ => throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "No device signs in by it."),
    });

    public SignedIn SignedIn(AccessProtocol protocol, long revision) => new(
        Device.Account, Address, new Actor(Device.Person?.Id, Device.Id, protocol, Device.Name) { Rights = Device.Rights })
    {
        Person = Device.Person,
        Revision = revision,
    };
}
