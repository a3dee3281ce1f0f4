using System.Numerics;

namespace Casella.Core.Storage;

/// <summary>
/// A set of an account's messages as bits: ids are given out one after the other, so a hundred thousand take 12 KB.
/// </summary>
internal sealed class EmailIdSet
{
    private ulong[] _bits = [];

    public int Count => _bits.Sum(BitOperations.PopCount);

    public void Add(EmailId id)
    {
        var at = (int)(id.Value >> 6);
        if (at >= _bits.Length)
            Array.Resize(ref _bits, Math.Max(at + 1, _bits.Length * 2));
        _bits[at] |= 1UL << (int)(id.Value & 63);
    }

    public bool Contains(EmailId id)
    {
        var at = id.Value >> 6;
        return at < _bits.Length && (_bits[at] & (1UL << (int)(id.Value & 63))) != 0;
    }

    /// <summary>Those in both.</summary>
    public EmailIdSet And(EmailIdSet other)
    {
        var both = new EmailIdSet { _bits = new ulong[Math.Min(_bits.Length, other._bits.Length)] };
        for (var at = 0; at < both._bits.Length; at++)
            both._bits[at] = _bits[at] & other._bits[at];
        return both;
    }

    /// <summary>Those in either.</summary>
    public EmailIdSet Or(EmailIdSet other)
    {
        var (longer, shorter) = _bits.Length >= other._bits.Length ? (_bits, other._bits) : (other._bits, _bits);
        var any = new EmailIdSet { _bits = [.. longer] };
        for (var at = 0; at < shorter.Length; at++)
            any._bits[at] |= shorter[at];
        return any;
    }

    public IEnumerable<EmailId> Ids
    {
        get
        {
            for (var at = 0; at < _bits.Length; at++)
                for (var bits = _bits[at]; bits != 0; bits &= bits - 1)
                    yield return new EmailId(((long)at << 6) + BitOperations.TrailingZeroCount(bits));
        }
    }
}
