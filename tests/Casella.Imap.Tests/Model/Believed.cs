namespace Casella.Imap.Tests.Model;

/// <summary>One message as a client believes it to be.</summary>
internal sealed class Believed
{
    /// <summary>Zero while only EXISTS has told of it.</summary>
    public uint Uid { get; set; }

    /// <summary>Sorted, without \Recent, which is of a session; null while they have not been told.</summary>
    public string? Flags { get; set; }

    /// <summary>Zero while it has not been told.</summary>
    public long ModSeq { get; set; }

    public bool IsKnown => Uid != 0 && Flags is not null;

    public static string Sorted(string flags) => string.Join(' ', flags.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Where(static flag => flag is not "\\Recent").Order(StringComparer.Ordinal));
}

/// <summary>What a client that goes away can come back with (RFC 7162 §3.2.5).</summary>
/// <param name="ModSeq">All changes up to it are in <paramref name="Flags"/>.</param>
/// <param name="Flags">By UID.</param>
internal sealed record Remembered(string UidValidity, long ModSeq, SortedDictionary<uint, string> Flags);
