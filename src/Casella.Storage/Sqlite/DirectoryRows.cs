using Casella.Core;
using Casella.Formats.Addresses;

namespace Casella.Storage.Sqlite;

/// <summary>How the directory's columns read.</summary>
internal static class DirectoryRows
{
    public static List<T> Rows<T>(Statement rows, Func<Statement, T> read)
    {
        var list = new List<T>();
        while (rows.Step())
            list.Add(read(rows));
        return list;
    }

    public static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address)
        ? address
        : throw new MailException(MailError.Damaged, $"the directory holds '{text}', which is not an address");

    public static DateTimeOffset Time(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);
    public static DateTimeOffset? TimeOrNull(long? seconds) => seconds is { } value ? Time(value) : null;
}
