using System.Runtime.InteropServices;
using Casella.Core;
using Casella.Core.Storage;
using Casella.Storage.Sql;

namespace Casella.Storage.Sqlite;

/// <summary>Part of the writer's view of its account: see <see cref="IReadStateRows"/>.</summary>
/// <param name="wrote">Told of each write that must be committed.</param>
internal sealed class ReadStateRows(Database database, AccountId account, Action wrote) : IReadStateRows
{
    public IReadOnlyList<Reader> Readers()
    {
        var readers = new List<Reader>();
        var rows = database[SharingStatements.Readers].Bind(account.Value);
        while (rows.Step())
            readers.Add(new Reader(new PersonId(rows.Long(0)), rows.LongOrNull(1) is { } at ? new ModSeq(at) : null));
        return readers;
    }

    public void Put(Reader reader) => Run(
        database[SharingStatements.PutReader].Bind(account.Value).Bind(reader.Person.Value).Bind(reader.PausedAt?.Value));

    public IReadOnlyList<SeenPage> Pages() => Read(database[SharingStatements.SeenPages].Bind(account.Value));

    public IReadOnlyList<SeenPage> Pages(MailboxId mailbox, uint number) =>
        Read(database[SharingStatements.SeenPagesAt].Bind(account.Value).Bind(mailbox.Value).Bind(number));

    /// <summary>Little-endian words, as every machine that runs .NET has them.</summary>
    public void Put(SeenPage page) => Run(page.IsEmpty
        ? database[SharingStatements.DeleteSeenPage].Bind(account.Value).Bind(page.Mailbox.Value).Bind(page.Number).Bind(page.Person.Value)
        : database[SharingStatements.PutSeenPage].Bind(account.Value).Bind(page.Mailbox.Value).Bind(page.Number).Bind(page.Person.Value)
            .Bind(MemoryMarshal.AsBytes(page.Words.AsSpan())));

    private static List<SeenPage> Read(Statement rows)
    {
        var pages = new List<SeenPage>();
        while (rows.Step())
            pages.Add(new SeenPage(
                new MailboxId(rows.Long(0)), new PersonId(rows.Long(2)), (uint)rows.Long(1),
                [.. MemoryMarshal.Cast<byte, ulong>(rows.Blob(3))]));
        return pages;
    }

    private void Run(Statement statement)
    {
        wrote();
        statement.Run();
    }
}
