using Casella.Core;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Storage.Bodies;
using Casella.Storage.Sql;

namespace Casella.Storage.Sqlite;

/// <summary>
/// Rows of many messages. Those whose ids are close to each other, as they are in a mailbox, are read by one query: the
/// tables are walked once from the first to the last instead of being searched for each.
/// </summary>
internal sealed class MessageRows(Database database, AccountId account, MessageNeeds needs)
{
    /// <summary>Rows between two that are asked for, which are passed over rather than searched around.</summary>
    private const int GapAtMost = 4;

    private const MessageNeeds Wide = MessageNeeds.Envelope | MessageNeeds.Structure | MessageNeeds.Preview;

    /// <summary>In the order of the ids; one that is not there is left out.</summary>
    public IReadOnlyList<MessageRow> Read(IReadOnlyList<EmailId> ids)
    {
        var found = new List<MessageRow>(ids.Count);
        for (var start = 0; start < ids.Count;)
        {
            var end = start + 1;
            while (end < ids.Count && ids[end].Value > ids[end - 1].Value && ids[end].Value - ids[end - 1].Value <= GapAtMost)
                end++;
            ReadRun(ids, start, end, found);
            start = end;
        }

        return found;
    }

    private void ReadRun(IReadOnlyList<EmailId> ids, int start, int end, List<MessageRow> found)
    {
        var range = new EmailRange(ids[start], ids[end - 1]);
        using var messages = new Walk(Columns is { } sql ? Query(sql, range) : null);
        using var bodies = new Walk(needs.HasFlag(MessageNeeds.Header) ? Query(MailStatements.HeadersBetween, range) : null);
        for (var i = start; i < end; i++)
            if (messages.Reaches(ids[i]) && bodies.Reaches(ids[i]))
                found.Add(RowOf(ids[i], messages.Rows, bodies.Rows));
    }

    private string? Columns => needs switch
    {
        _ when (needs & Wide) != MessageNeeds.None => MailStatements.MessagesBetween,
        _ when needs.HasFlag(MessageNeeds.Facts) => MailStatements.FactsBetween,
        _ => null,
    };

    private Statement Query(string sql, EmailRange range) =>
        database[sql].Bind(account.Value).Bind(range.First.Value).Bind(range.Last.Value);

    private MessageRow RowOf(EmailId id, Statement? message, Statement? body) => new(id)
    {
        Facts = needs.HasFlag(MessageNeeds.Facts) ? FactsOf(message!) : null,
        Envelope = needs.HasFlag(MessageNeeds.Envelope) ? message!.Blob(7) : default(ReadOnlyMemory<byte>),
        Structure = needs.HasFlag(MessageNeeds.Structure) ? message!.Blob(8) : default(ReadOnlyMemory<byte>),
        Preview = needs.HasFlag(MessageNeeds.Preview) ? message!.Text(9) : null,
        Header = needs.HasFlag(MessageNeeds.Header) ? HeaderOf(body!, id) : default,
    };

    /// <summary>
    /// A header over the inline limit lives only in the blob: then nothing is here, and Core reads it through the
    /// message's content.
    /// </summary>
    private static ReadOnlyMemory<byte> HeaderOf(Statement row, EmailId id) =>
        row.IsNull(1) ? ReadOnlyMemory<byte>.Empty : StoredPiece.Unpack(row.Span(1), $"header of message {id.Value}");

    private static MessageFacts FactsOf(Statement row)
    {
        DateTimeOffset? sent = row.LongOrNull(4) is { } at
            ? DateTimeOffset.FromUnixTimeSeconds(at).ToOffset(TimeSpan.FromMinutes(row.Long(5)))
            : null;
        return new MessageFacts(row.Text(1), new ThreadId(row.Long(2)), row.Blob(3), sent, row.Long(6) != 0);
    }

    /// <summary>Rows by ascending message; without a query it is wherever it is asked for.</summary>
    private sealed class Walk(Statement? rows) : IDisposable
    {
        private long _at = long.MinValue;

        public Statement? Rows => rows;

        /// <summary>Goes on to this message; false when it has no row.</summary>
        public bool Reaches(EmailId id)
        {
            if (rows is null)
                return true;
            while (_at < id.Value)
                _at = rows.Step() ? rows.Long(0) : long.MaxValue;
            return _at == id.Value;
        }

        public void Dispose() => rows?.Reset();
    }
}
