using System.Globalization;
using System.Reflection;
using System.Text;
using Casella.Core.Quota;

namespace Casella.Server.Configuration;

/// <summary>
/// Values of options as people write them: sizes with KB, MB, GB; times with s, m, h, d; and back, for the
/// documentation.
/// </summary>
internal static class OptionValue
{
    private static readonly (char Suffix, TimeSpan Unit)[] TimeUnits =
        [('d', TimeSpan.FromDays(1)), ('h', TimeSpan.FromHours(1)), ('m', TimeSpan.FromMinutes(1)), ('s', TimeSpan.FromSeconds(1))];

    /// <summary>True for types that are one value and not a section.</summary>
    public static bool IsLeaf(Type type) =>
        type == typeof(string) || type == typeof(int) || type == typeof(long) || type == typeof(bool) || type == typeof(TimeSpan)
        || type.IsEnum || IsParsable(type);

    /// <summary>Parses a value, or says what would be one.</summary>
    /// <exception cref="FormatException">The message completes "… is …".</exception>
    public static object Parse(string text, Type type)
    {
        if (type == typeof(string))
            return text;
        if (type == typeof(int))
            return ParseSize(text) is { } size and <= int.MaxValue and >= int.MinValue ? (int)size : throw Not(text, "a whole number");
        if (type == typeof(long))
            return ParseSize(text) ?? throw Not(text, "a whole number or a size such as 25MB");
        if (type == typeof(bool))
            return bool.TryParse(text, out var flag) ? flag : throw Not(text, "true or false");
        if (type == typeof(TimeSpan))
            return ParseTime(text) ?? throw Not(text, "a time such as 30s, 5m, 1h30m or 5d");
        if (type.IsEnum)
            return Enum.GetNames(type).FirstOrDefault(n => string.Equals(n, text, StringComparison.OrdinalIgnoreCase)) is { } name
                ? Enum.Parse(type, name)
                : throw Not(text, $"one of {string.Join(", ", Enum.GetNames(type))}");
        return ParseParsable(text, type);
    }

    /// <summary>A number of bytes or of anything: "25MB", "1 GB", "4096". Null when it is none.</summary>
    public static long? ParseSize(string text) => SizeText.Parse(text);

    /// <summary>"30s", "1h30m", "5d", or .NET's own "00:00:30". Null when it is none.</summary>
    public static TimeSpan? ParseTime(string text)
    {
        if (TimeSpan.TryParseExact(text, ["c", @"hh\:mm\:ss", @"hh\:mm"], CultureInfo.InvariantCulture, out var exact) && text.Contains(':', StringComparison.Ordinal))
            return exact;
        var total = TimeSpan.Zero;
        var rest = text.AsSpan();
        while (rest.Length > 0)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || !int.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return null;
            if (digits == rest.Length)
                return null;
            var suffix = char.ToLowerInvariant(rest[digits]);
            var unit = TimeUnits.FirstOrDefault(u => u.Suffix == suffix).Unit;
            if (unit == TimeSpan.Zero || number > TimeSpan.MaxValue / unit / 2)
                return null;
            total += number * unit;
            rest = rest[(digits + 1)..];
        }
        return text.Length > 0 ? total : null;
    }

    /// <summary>A value as it would be written in casella.json.</summary>
    public static string Format(object? value) => value switch
    {
        null => "",
        TimeSpan time => FormatTime(time),
        long size => FormatSize(size),
        int number => FormatSize(number),
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>Bytes in the largest unit that divides them.</summary>
    public static string FormatSize(long size) => SizeText.Format(size);

    private static string FormatTime(TimeSpan time)
    {
        if (time == TimeSpan.Zero)
            return "0s";
        var text = new StringBuilder();
        foreach (var (suffix, unit) in TimeUnits)
        {
            var count = time.Ticks / unit.Ticks;
            time -= count * unit;
            if (count > 0)
                text.Append(CultureInfo.InvariantCulture, $"{count}{suffix}");
        }
        return text.ToString();
    }

    private static bool IsParsable(Type type) =>
        type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IParsable<>) && i.GenericTypeArguments[0] == type);

    private static object ParseParsable(string text, Type type)
    {
        try
        {
            return type.GetMethod("Parse", BindingFlags.Public | BindingFlags.Static, [typeof(string), typeof(IFormatProvider)])!
                .Invoke(null, [text, CultureInfo.InvariantCulture])!;
        }
        catch (TargetInvocationException wrapped) when (wrapped.InnerException is FormatException reason)
        {
            throw new FormatException(reason.Message, reason);
        }
    }

    private static FormatException Not(string text, string what) => new($"\"{text}\" is not {what}");
}
