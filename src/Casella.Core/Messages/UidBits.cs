using System.Numerics;
using Casella.Core.Storage;

namespace Casella.Core.Messages;

/// <summary>
/// An immutable set of UIDs as bits in pages, as they are stored: a mailbox of 100,000 messages takes 13 KB. Snapshots
/// hold it while newer ones are made, which share the pages that have not changed.
/// </summary>
internal sealed class UidBits
{
    public const int WordsPerPage = 16;
    private const uint UidsPerPage = WordsPerPage * 64;

    private readonly uint[] _numbers;
    private readonly ulong[][] _pages;

    private UidBits(uint[] numbers, ulong[][] pages)
    {
        (_numbers, _pages) = (numbers, pages);
        foreach (var page in pages)
            foreach (var word in page)
                Count += BitOperations.PopCount(word);
    }

    public static UidBits Empty { get; } = new([], []);

    public int Count { get; }

    public bool Contains(Uid uid)
    {
        var at = Array.BinarySearch(_numbers, PageOf(uid));
        return at >= 0 && Has(_pages[at], uid);
    }

    /// <summary>The set with other pages in the place of those of the same numbers.</summary>
    public UidBits With(IEnumerable<SeenPage> changed)
    {
        var pages = new SortedDictionary<uint, ulong[]>();
        for (var i = 0; i < _numbers.Length; i++)
            pages[_numbers[i]] = _pages[i];
        foreach (var page in changed)
            if (page.IsEmpty)
                pages.Remove(page.Number);
            else
                pages[page.Number] = page.Words;
        return new UidBits([.. pages.Keys], [.. pages.Values]);
    }

    // ---- pages

    public static uint PageOf(Uid uid) => uid.Value / UidsPerPage;

    public static bool Has(ulong[] page, Uid uid) => (page[WordOf(uid)] & Bit(uid)) != 0;

    public static void Set(ulong[] page, Uid uid, bool isIn)
    {
        if (isIn)
            page[WordOf(uid)] |= Bit(uid);
        else
            page[WordOf(uid)] &= ~Bit(uid);
    }

    /// <summary>First and last UID of a page.</summary>
    public static (uint First, uint Last) RangeOf(uint page) => (page * UidsPerPage, (page * UidsPerPage) + (UidsPerPage - 1));

    public static IEnumerable<Uid> UidsOf(SeenPage page)
    {
        var (first, last) = RangeOf(page.Number);
        for (long value = first; value <= last; value++)
            if (Has(page.Words, new Uid((uint)value)))
                yield return new Uid((uint)value);
    }

    private static int WordOf(Uid uid) => (int)(uid.Value % UidsPerPage / 64);

    private static ulong Bit(Uid uid) => 1ul << (int)(uid.Value % 64);
}
