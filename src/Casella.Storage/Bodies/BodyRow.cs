using Casella.Core;
using Casella.Storage.Sql;
using Casella.Storage.Sqlite;

namespace Casella.Storage.Bodies;

/// <summary>Where a message's bytes are: inline, in a blob, or nowhere when the message is gone.</summary>
internal sealed record BodyRow(string Name, int HeaderSize, InlineBody? Inline, string? Blob)
{
    public static BodyRow Read(Database database, AccountId account, EmailId message)
    {
        var name = $"message {message.Value} of account {account.Value}";
        var row = database[MailStatements.Body].Bind(account.Value).Bind(message.Value);
        if (!row.Step())
            return new BodyRow(name, 0, null, null);
        try
        {
            var headerSize = (int)row.Long(0);
            return row.TextOrNull(3) is { } blob
                ? new BodyRow(name, headerSize, null, blob)
                : new BodyRow(name, headerSize, new InlineBody(name, row.Long(4), headerSize, row.Blob(1), row.Blob(2), row.Blob(5)), null);
        }
        finally
        {
            row.Reset();
        }
    }
}
