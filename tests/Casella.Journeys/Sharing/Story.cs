using System.Globalization;
using Casella.Journeys.Server;
using Microsoft.Data.Sqlite;

namespace Casella.Journeys.Sharing;

/// <summary>
/// Who did what, as the account's change log has it: one line for each message of each change. Read from the file
/// itself, beside the running server: what is promised is what is stored, whatever a command prints of it.
/// </summary>
internal static class Story
{
    private const string Select = """
        SELECT changes.kind, changes.items, changes.modseq, actors.protocol, actors.person_id, actors.device_id, actors.name
        FROM changes JOIN actors USING(account_id, actor_id) ORDER BY changes.modseq, changes.ordinal
        """;

    public static IReadOnlyList<StoryLine> Read(CasellaServer server)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Join(server.Folder, "data", "accounts", "01", "1", "mail.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var names = new Dictionary<ulong, string>();
        using (var messages = connection.CreateCommand())
        {
            messages.CommandText = "SELECT email_id, object_id FROM messages";
            using var row = messages.ExecuteReader();
            while (row.Read())
                names.Add((ulong)row.GetInt64(0), row.GetString(1));
        }

        using var command = connection.CreateCommand();
        command.CommandText = Select;
        using var change = command.ExecuteReader();
        var lines = new List<StoryLine>();
        while (change.Read())
        {
            var (kind, protocol) = ((ChangeKind)change.GetByte(0), change.GetByte(3));
            var actor = new StoryActor(change.IsDBNull(4) ? null : change.GetInt64(4), change.IsDBNull(5) ? null : change.GetInt64(5), protocol, change.GetString(6));
            lines.AddRange(Items((byte[])change[1]).Select(item => new StoryLine(names[item.Email], kind, actor, item.Before, item.After)));
        }

        return lines;
    }

    /// <summary>A version, a count, then five numbers and more for each message, all of variable length; in version 2 a date behind them.</summary>
    private static IEnumerable<(ulong Email, ulong Before, ulong After)> Items(byte[] packed)
    {
        var at = 1;
        var isDated = packed[0] == 2;
        ulong Next()
        {
            ulong value = 0;
            for (var shift = 0; ; shift += 7)
            {
                var octet = packed[at++];
                value |= (ulong)(octet & 0x7f) << shift;
                if (octet < 0x80)
                    return value;
            }
        }

        for (var count = Next(); count > 0; count--)
        {
            Next();
            var email = Next();
            var before = Next();
            Next();
            var after = Next();
            Next();
            Next();
            if (isDated)
                Next();
            yield return (email, before, after);
        }
    }
}

/// <param name="EmailId">The message's own, as IMAP tells it.</param>
/// <param name="Before">Flags as bits: 1 \Seen, 2 \Answered, 4 \Flagged, 8 \Deleted; keywords above.</param>
internal sealed record StoryLine(string EmailId, ChangeKind Kind, StoryActor Actor, ulong Before, ulong After);

internal sealed record StoryActor(long? Person, long? Device, int Protocol, string Name)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} (person {Person}, device {Device}, protocol {Protocol})");
}

/// <summary>The kinds that this journey meets, as they are stored.</summary>
internal enum ChangeKind : byte
{
    Added = 1,
    FlagsChanged = 2,
    Moved = 3,
    Copied = 4,
    Expunged = 5,
    MailboxDeleted = 8,
    Delivered = 12,
    Restored = 13,
    HiddenForDevice = 17,
}
