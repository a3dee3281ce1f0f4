using System.Security.Cryptography;
using Geralt;

namespace Casella.Core.Directory;

/// <summary>
/// Argon2id (RFC 9106) over passwords that people choose, kept in PHC form. 19 MiB and two passes cost an attacker
/// about 20 ms and as much memory a guess; so that a burst of sign-ins cannot cost the server its memory, only a few
/// run at once and only so many wait. Used by <see cref="Authenticator"/> and <see cref="MailDirectory"/>.
/// </summary>
internal sealed class PasswordHasher : IDisposable
{
    private const int Iterations = 2;

    private readonly int _memory;
    private readonly SemaphoreSlim _slots;
    private readonly int _maxWaiting;
    private readonly string _dummy;
    private int _waiting;
    private long _derivations;

    public PasswordHasher(SignInOptions options, PasswordCosts costs)
    {
        _memory = costs.MemoryBytes;
        _slots = new SemaphoreSlim(options.ParallelChecks > 0 ? options.ParallelChecks : Math.Max(2, Environment.ProcessorCount));
        _maxWaiting = options.WaitingChecks;
        // In the form of a hash of ours, so that a check against it is the same work; no password has it.
        _dummy = $"$argon2id$v=19$m={_memory / 1024},t={Iterations},p=1${Random(16)}${Random(32)}";
    }

    /// <summary>How often Argon2id has run: the proof that unknown users cost the same work as known ones.</summary>
    public long Derivations => Interlocked.Read(ref _derivations);

    /// <summary>Hashes a password for the directory.</summary>
    /// <exception cref="MailException">Unavailable: too many wait.</exception>
    public Task<string> HashAsync(byte[] password, CancellationToken cancellationToken) =>
        RunAsync(() => Compute(password), cancellationToken);

    /// <summary>
    /// Checks a password. Without a hash (unknown user) the same work is done, and the answer is false.
    /// </summary>
    /// <exception cref="MailException">Unavailable: too many wait.</exception>
    public Task<bool> VerifyAsync(byte[] password, string? hash, CancellationToken cancellationToken) =>
        RunAsync(() => Argon2id.VerifyHash(Padded(hash ?? _dummy), password) && hash is not null, cancellationToken);

    public void Dispose() => _slots.Dispose();

    private async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > _maxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new MailException(MailError.Unavailable, "too many sign-ins wait for their password check");
        }
        try
        {
            await _slots.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
        try
        {
            Interlocked.Increment(ref _derivations);
            return work();
        }
        finally
        {
            _slots.Release();
        }
    }

    private static string Random(int bytes) => Convert.ToBase64String(RandomNumberGenerator.GetBytes(bytes)).TrimEnd('=');

    private string Compute(ReadOnlySpan<byte> password)
    {
        Span<char> hash = stackalloc char[Argon2id.HashSize];
        Argon2id.ComputeHash(hash, password, Iterations, _memory);
        return hash.TrimEnd('\0').ToString();
    }

    // libsodium wants its fixed-size buffer; the directory keeps only the text.
    private static char[] Padded(string hash)
    {
        var padded = new char[Argon2id.HashSize];
        hash.AsSpan(0, Math.Min(hash.Length, padded.Length)).CopyTo(padded);
        return padded;
    }
}
