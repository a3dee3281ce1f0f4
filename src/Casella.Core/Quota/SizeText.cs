using System.Globalization;

namespace Casella.Core.Quota;

/// <summary>Sizes as people write them: "25MB", "1 GB", "4096".</summary>
public static class SizeText
{
    private static readonly (string Suffix, long Factor)[] Units =
        [("GB", 1L << 30), ("MB", 1L << 20), ("KB", 1L << 10), ("G", 1L << 30), ("M", 1L << 20), ("K", 1L << 10), ("B", 1), ("", 1)];

    /// <summary>Null when it is none.</summary>
    public static long? Parse(string text)
    {
        foreach (var (suffix, factor) in Units)
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
                && long.TryParse(text.AsSpan(0, text.Length - suffix.Length).TrimEnd(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && Math.Abs((decimal)number * factor) <= long.MaxValue)
                return number * factor;
        return null;
    }

    /// <summary>In the largest unit that divides them.</summary>
    public static string Format(long size)
    {
        foreach (var (suffix, factor) in Units)
            if (size >= factor && size % factor == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{size / factor}{(factor == 1 ? "" : suffix)}");
        return size.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A limit: a size, or "none".</summary>
    /// <param name="quota">Null for none; the usual limit for empty text.</param>
    public static bool TryParseQuota(string text, out long? quota)
    {
        quota = QuotaStatus.DefaultLimit;
        if (text.Length == 0)
            return true;
        quota = Parse(text);
        return quota > 0 || string.Equals(text, "none", StringComparison.OrdinalIgnoreCase);
    }
}
