using AwesomeAssertions;
using Casella.Core;
using Casella.Core.Storage;
using Casella.Storage.Blobs;
using Casella.Storage.Sqlite;
using Casella.Storage.Tests.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Casella.Storage.Tests.Sqlite;

/// <summary>The contract over FTS5, and what only a file has: damage, and a death in the middle.</summary>
public sealed class SqliteSearchIndexTests : SearchIndexContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("casella-index-").FullName;

    [Fact]
    public async Task A_damaged_index_is_removed_and_begins_anew()
    {
        await AddAsync([.. Enumerable.Range(1, 300).Select(i => Text(i, $"subject: {Guid.NewGuid()}", $"parola {Guid.NewGuid()}"))]);
        await ReopenAsync(async () =>
        {
            var bytes = await File.ReadAllBytesAsync(IndexFile, None);
            bytes.AsSpan(4096).Fill(0x5a);
            await File.WriteAllBytesAsync(IndexFile, bytes, None);
        });

        var find = () => FoundAsync(IndexField.Body, "parola");

        (await find.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.Damaged);
        (await Index.MarkAsync(Account, None)).Should().Be(IndexMark.None);
        await AddAsync(Text(1, "subject: x", "parola"));
        (await FoundAsync(IndexField.Body, "parola")).Should().Equal(1);
    }

    [Fact]
    public async Task A_file_that_is_no_index_is_replaced()
    {
        await File.WriteAllTextAsync(IndexFile, new string('x', 10_000), None);

        var find = () => FoundAsync(IndexField.Body, "parola");

        (await find.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.Damaged);
        await AddAsync(Text(1, "subject: x", "parola"));
        (await FoundAsync(IndexField.Body, "parola")).Should().Equal(1);
    }

    [Fact]
    public async Task Verify_says_when_the_index_is_ahead_of_its_account()
    {
        await Index.AddAsync(Account, [], new EmailId(0), new IndexMark(new EmailId(1), new ModSeq(1_000), "x"), None);
        var findings = new List<string>();

        await Store.VerifyAsync(Account, findings.Add, None);

        findings.Should().ContainSingle().Which.Should().Contain("casella index rebuild");
    }

    private protected override IMailStore Open() => new SqliteMailStore(
        new StorageFolder(_folder), new StorageOptions { ReaderThreads = 2, WriterThreads = 2 },
        new FileBlobStore(Path.Join(_folder, "blobs"), TimeProvider.System), TimeProvider.System, NullLogger<SqliteMailStore>.Instance);

    protected override void Clean() => Directory.Delete(_folder, recursive: true);

    private string IndexFile => Path.Join(_folder, "accounts", "07", "7", "search.db");
}
