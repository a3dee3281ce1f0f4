using Casella.Core;
using Casella.Storage.Sql;
using Casella.Storage.Sqlite;

namespace Casella.Storage.Repairs;

/// <summary>
/// Takes out of a damaged file what can be read, row by row, into a new one. Where a page cannot be read, the table is
/// taken up again behind it.
/// </summary>
internal sealed class Salvage
{
    // Two connections: one that has met damage refuses to write, wherever.
    private readonly Database _old;
    private readonly Database _new;
    private readonly AccountId _account;

    private Salvage(Database old, Database @new, AccountId account) => (_old, _new, _account) = (old, @new, account);

    /// <param name="target">Made anew; whole and durable when this returns true.</param>
    /// <returns>False when nothing of it can be read, or too little to be a mailbox.</returns>
    public static bool TryRun(string damaged, string target, AccountId account)
    {
        if (!File.Exists(damaged))
            return false;
        using var whole = Database.Open(target, create: true);
        AccountSchema.Migrations.Run(whole, target);
        try
        {
            using var old = Database.Open(damaged, create: false);
            // Both have the same columns then.
            AccountSchema.Migrations.Run(old, damaged);
            whole.Execute("BEGIN IMMEDIATE");
            new Salvage(old, whole, account).CopyAll();
        }
        catch (MailException unreadable) when (unreadable.Error is MailError.Damaged)
        {
            return false;
        }

        var isMailbox = whole["SELECT (SELECT count(*) FROM accounts)>0 AND (SELECT count(*) FROM mailboxes)>0"].Scalar() == 1;
        whole.Execute(isMailbox ? "COMMIT" : "ROLLBACK");
        return isMailbox && whole.TryEmptyLog();
    }

    private void CopyAll()
    {
        foreach (var table in SalvagedTable.All(_new))
            if (!table.IsByMailbox)
                CopyTable(table, null);
            else
                foreach (var mailbox in Mailboxes())
                    CopyTable(table, mailbox);
    }

    private List<long> Mailboxes()
    {
        var mailboxes = new List<long>();
        for (var rows = _new["SELECT mailbox_id FROM mailboxes"]; rows.Step();)
            mailboxes.Add(rows.Long(0));
        return mailboxes;
    }

    private void CopyTable(SalvagedTable table, long? mailbox)
    {
        if (!table.IsNumbered)
        {
            // From both ends up to what cannot be read.
            if (!TryCopy(table, Bound(table.Ascending, mailbox), out _))
                TryCopy(table, Bound(table.Descending, mailbox), out _);
            return;
        }

        for (long? from = long.MinValue; from is { } start;)
        {
            if (TryCopy(table, Bound(table.From, mailbox).Bind(start), out var last))
                return;
            from = NextReadable(table, mailbox, last ?? Math.Max(start, -1));
        }
    }

    /// <summary>The first number behind a hole from which rows can be read again; null when there is none.</summary>
    private long? NextReadable(SalvagedTable table, long? mailbox, long after)
    {
        const int ClosePace = 4;
        const int CloseSteps = 2_000;
        long step = 1;
        for (var (tries, failed) = (0, after); failed < long.MaxValue - step; tries++)
        {
            var next = failed + step;
            switch (Look(table, mailbox, next))
            {
                case true:
                    return Narrowed(table, mailbox, failed, next);
                case null:
                    return null;
            }

            failed = next;
            // Close at first, so that what lies between two holes is seen; then further, to come to an end.
            step = tries < CloseSteps ? Math.Min(2 * step, ClosePace) : 2 * step;
        }

        return null;
    }

    private long Narrowed(SalvagedTable table, long? mailbox, long failed, long readable)
    {
        while (readable - failed > 1)
        {
            var middle = failed + ((readable - failed) / 2);
            if (Look(table, mailbox, middle) is true)
                readable = middle;
            else
                failed = middle;
        }

        return readable;
    }

    /// <summary>Whether the next row can be read; null when there is none.</summary>
    private bool? Look(SalvagedTable table, long? mailbox, long from)
    {
        try
        {
            var row = Bound(table.From, mailbox).Bind(from);
            if (!row.Step())
                return null;
            row.Reset();
            return true;
        }
        catch (MailException damaged) when (damaged.Error is MailError.Damaged)
        {
            return false;
        }
    }

    /// <param name="last">The number of the last row that was read.</param>
    /// <returns>False when it ended at what cannot be read.</returns>
    private bool TryCopy(SalvagedTable table, Statement rows, out long? last)
    {
        for (last = null; ; last = rows.Long(table.Columns.Count))
        {
            try
            {
                if (!rows.Step())
                    return true;
            }
            catch (MailException damaged) when (damaged.Error is MailError.Damaged)
            {
                return false;
            }

            // A row whose bytes have become others and break the table's rules is none.
            var insert = _new[table.Insert];
            for (var column = 0; column < table.Columns.Count; column++)
                insert.BindFrom(rows, column);
            insert.Run();
        }
    }

    private Statement Bound(string sql, long? mailbox)
    {
        var statement = _old[sql].Bind(_account.Value);
        return mailbox is { } one ? statement.Bind(one) : statement;
    }
}
