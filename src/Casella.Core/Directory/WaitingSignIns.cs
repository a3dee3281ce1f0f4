using System.Collections.Concurrent;
using System.Security.Cryptography;
using Casella.Core.Storage;

namespace Casella.Core.Directory;

/// <summary>
/// Who has given the right password and not yet the code: known by a random token, for a few minutes and a few tries, in
/// memory only. A restart asks for the password again.
/// </summary>
internal sealed class WaitingSignIns(TimeProvider time)
{
    private const int TriesAtMost = 5;
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, Waiting> _all = new(StringComparer.Ordinal);

    public string Add(PersonSecret secret, string browser)
    {
        var now = time.GetUtcNow();
        foreach (var (key, old) in _all)
            if (old.Until < now)
                _all.TryRemove(key, out _);
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        _all[token] = new Waiting(secret, browser, now + Lasts);
        return token;
    }

    /// <summary>One try; null when there are none left, or it took too long.</summary>
    public Waiting? Try(string token)
    {
        if (!_all.TryGetValue(token, out var waiting))
            return null;
        if (waiting.Until >= time.GetUtcNow() && waiting.TakeTry() <= TriesAtMost)
            return waiting;
        _all.TryRemove(token, out _);
        return null;
    }

    public void Remove(string token) => _all.TryRemove(token, out _);

    /// <summary>The password that was right a moment ago is another one now.</summary>
    public void RemoveOf(PersonId person)
    {
        foreach (var (key, waiting) in _all)
            if (waiting.Person.Id == person)
                _all.TryRemove(key, out _);
    }

    internal sealed class Waiting(PersonSecret secret, string browser, DateTimeOffset until)
    {
        private int _tries;

        public DevicePerson Person => secret.Person;
        public string SecretHash => secret.SecretHash;
        public string Browser => browser;
        public DateTimeOffset Until => until;

        public int TakeTry() => Interlocked.Increment(ref _tries);
    }
}
