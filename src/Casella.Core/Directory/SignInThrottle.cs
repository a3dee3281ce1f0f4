using System.Net;

namespace Casella.Core.Directory;

/// <summary>
/// How many wrong passwords are taken, over all protocols together: a budget for each mailbox and one for each address.
/// The budgets are spent before a password is checked and given back when it was right, so honest people never pay, and
/// guesses made at the same moment cannot slip through together. A mailbox at an address where it has signed in before
/// (<see cref="KnownPlaces"/>) has a small budget of its own for when the others are spent: whoever attacks, from
/// outside or from an office's own network, the office goes on working. Asked by <see cref="Authenticator"/>.
/// </summary>
internal sealed class SignInThrottle(SignInOptions options, KnownPlaces known, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly BudgetTable<string> _accounts = new(options.AccountBurst, options.AccountPerDay, TimeSpan.FromDays(1));
    private readonly BudgetTable<AddressGroup> _addresses = new(options.AddressBurst, options.AddressPerHour, TimeSpan.FromHours(1));
    private readonly BudgetTable<(string, AddressGroup)> _known = new(options.KnownBurst, options.KnownPerHour, TimeSpan.FromHours(1));

    /// <summary>Takes one guess from the budgets, to be given back by <see cref="Refund"/> when it was none.</summary>
    /// <param name="userName">Canonical user name.</param>
    /// <exception cref="MailException">TooManySignIns.</exception>
    public SignInTicket Take(string userName, IPAddress remote)
    {
        var place = AddressGroup.Of(remote);
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (_accounts.Has(userName, now) && _addresses.Has(place, now))
            {
                _accounts.Take(userName, now);
                _addresses.Take(place, now);
                return new SignInTicket(userName, place, FromKnown: false);
            }
            if (known.Contains(userName, place) && _known.Has((userName, place), now))
            {
                _known.Take((userName, place), now);
                return new SignInTicket(userName, place, FromKnown: true);
            }
        }
        throw new MailException(MailError.TooManySignIns, $"{remote}");
    }

    /// <summary>Whose budget is spent.</summary>
    public IReadOnlyList<SignInBan> Banned()
    {
        var now = time.GetUtcNow();
        lock (_lock)
            return
            [
                .. _accounts.Spent(now).Select(spent => new SignInBan(spent.Key, IsAddress: false, spent.Until))
                    .Concat(_addresses.Spent(now).Select(spent => new SignInBan(spent.Key.ToString(), IsAddress: true, spent.Until)))
                    .OrderByDescending(ban => ban.Until),
            ];
    }

    /// <summary>Gives a whole budget back.</summary>
    public bool Lift(string userName, IPAddress? remote)
    {
        lock (_lock)
            return remote is null ? _accounts.Forget(userName) : _addresses.Forget(AddressGroup.Of(remote));
    }

    /// <summary>Gives a guess back: the password was right, or could not be checked.</summary>
    public void Refund(SignInTicket ticket)
    {
        lock (_lock)
        {
            if (ticket.FromKnown)
            {
                _known.Refund((ticket.UserName, ticket.Place));
                return;
            }
            _accounts.Refund(ticket.UserName);
            _addresses.Refund(ticket.Place);
        }
    }
}

/// <summary>A guess taken from the budgets.</summary>
internal readonly record struct SignInTicket(string UserName, AddressGroup Place, bool FromKnown);

/// <summary>
/// One token bucket for each key: full at first, refilled evenly. Only buckets that are not full are kept.
/// </summary>
internal sealed class BudgetTable<TKey>(int burst, int perPeriod, TimeSpan period)
    where TKey : notnull
{
    // An attacker can make keys as he likes (names that do not exist, a /48 of addresses); beyond this the fullest go.
    private const int MaxKeys = 100_000;

    private readonly Dictionary<TKey, Bucket> _buckets = [];
    private readonly double _perSecond = perPeriod / period.TotalSeconds;

    public int Count => _buckets.Count;

    public bool Has(TKey key, DateTimeOffset now) => Tokens(key, now) >= 1;

    public void Take(TKey key, DateTimeOffset now)
    {
        if (_buckets.Count >= MaxKeys)
            DropRecovered(now);
        _buckets[key] = new Bucket(Tokens(key, now) - 1, now);
    }

    public void Refund(TKey key)
    {
        if (_buckets.TryGetValue(key, out var bucket))
            _buckets[key] = bucket with { Tokens = Math.Min(burst, bucket.Tokens + 1) };
    }

    /// <summary>Keys that have nothing left, and until when.</summary>
    public IEnumerable<(TKey Key, DateTimeOffset Until)> Spent(DateTimeOffset now) =>
        from pair in _buckets
        let tokens = Tokens(pair.Key, now)
        where tokens < 1
        select (pair.Key, now + TimeSpan.FromSeconds((1 - tokens) / _perSecond));

    public bool Forget(TKey key) => _buckets.Remove(key);

    private double Tokens(TKey key, DateTimeOffset now)
    {
        if (!_buckets.TryGetValue(key, out var bucket))
            return burst;
        // A clock that was set back refills nothing, and takes nothing away.
        var elapsed = Math.Max(0, (now - bucket.At).TotalSeconds);
        return Math.Min(burst, bucket.Tokens + (elapsed * _perSecond));
    }

    private void DropRecovered(DateTimeOffset now)
    {
        foreach (var key in _buckets.Keys)
            if (Tokens(key, now) >= burst)
                _buckets.Remove(key);
        if (_buckets.Count < MaxKeys)
            return;
        // Still full: a flood of keys. The half with most tokens left has least to lose by starting anew.
        foreach (var key in _buckets.OrderByDescending(b => b.Value.Tokens).Take(MaxKeys / 2).Select(b => b.Key).ToList())
            _buckets.Remove(key);
    }

    private readonly record struct Bucket(double Tokens, DateTimeOffset At);
}
