using System.Security.Cryptography;
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

    /// <summary>Of a body whose message has no row any more: what its size and hash were, the pieces say themselves.</summary>
    /// <exception cref="MailException">Damaged.</exception>
    public static BodyRow ReadStray(Database database, AccountId account, EmailId message)
    {
        var name = $"content {message.Value} of account {account.Value}";
        var row = database["SELECT header_size, header, body, blob FROM bodies WHERE account_id=? AND email_id=?"]
            .Bind(account.Value).Bind(message.Value);
        if (!row.Step())
            return new BodyRow(name, 0, null, null);
        try
        {
            if (row.TextOrNull(3) is { } blob)
                return new BodyRow(name, (int)row.Long(0), null, blob);
            var (header, text) = (row.Blob(1), row.Blob(2));
            byte[] bytes = [.. StoredPiece.Unpack(header, name), .. StoredPiece.Unpack(text, name)];
            return new BodyRow(name, (int)row.Long(0), new InlineBody(name, bytes.Length, (int)row.Long(0), header, text, SHA256.HashData(bytes)), null);
        }
        finally
        {
            row.Reset();
        }
    }
}
