using System.Numerics;

namespace Casella.Core.Messages;

/// <summary>
/// An immutable set of UIDs as bits in pages: a mailbox of 100,000 messages takes 13 KB, a change copies one page and
/// the list of pages. Snapshots hold it while newer ones are made.
/// </summary>
internal sealed class UidBits
{
    private const int WordsPerPage = 16;
    private const uint UidsPerPage = WordsPerPage * 64;

    private readonly uint[] _numbers;
    private readonly ulong[][] _pages;

    private UidBits(uint[] numbers, ulong[][] pages) => (_numbers, _pages) = (numbers, pages);

    public static UidBits Empty { get; } = new([], []);

    public bool Contains(Uid uid)
    {
        var at = Array.BinarySearch(_numbers, uid.Value / UidsPerPage);
        return at >= 0 && (_pages[at][Word(uid)] & Bit(uid)) != 0;
    }

    /// <summary>The set after these have come in or gone out; a later one of the same UID overrules an earlier.</summary>
    public UidBits With(IEnumerable<(Uid Uid, bool IsIn)> changes)
    {
        var pages = new SortedDictionary<uint, ulong[]>();
        for (var i = 0; i < _numbers.Length; i++)
            pages[_numbers[i]] = _pages[i];
        var own = new HashSet<uint>();
        foreach (var (uid, isIn) in changes)
        {
            var number = uid.Value / UidsPerPage;
            if (own.Add(number))
                pages[number] = pages.TryGetValue(number, out var shared) ? [.. shared] : new ulong[WordsPerPage];
            if (isIn)
                pages[number][Word(uid)] |= Bit(uid);
            else
                pages[number][Word(uid)] &= ~Bit(uid);
        }

        foreach (var number in own)
            if (pages[number].AsSpan().IndexOfAnyExcept(0ul) < 0)
                pages.Remove(number);
        return new UidBits([.. pages.Keys], [.. pages.Values]);
    }

    /// <summary>How many UIDs are in one of the two sets and not in the other.</summary>
    public int CountOfDifference(UidBits other)
    {
        var (count, i, j) = (0, 0, 0);
        while (i < _numbers.Length || j < other._numbers.Length)
        {
            var mine = i < _numbers.Length ? _numbers[i] : uint.MaxValue;
            var theirs = j < other._numbers.Length ? other._numbers[j] : uint.MaxValue;
            var left = mine <= theirs ? _pages[i++] : null;
            var right = theirs <= mine ? other._pages[j++] : null;
            for (var word = 0; word < WordsPerPage; word++)
                count += BitOperations.PopCount((left?[word] ?? 0) ^ (right?[word] ?? 0));
        }

        return count;
    }

    private static int Word(Uid uid) => (int)(uid.Value % UidsPerPage / 64);

    private static ulong Bit(Uid uid) => 1ul << (int)(uid.Value % 64);
}
