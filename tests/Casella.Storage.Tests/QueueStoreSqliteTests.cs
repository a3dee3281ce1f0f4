using System.Text;
using AwesomeAssertions;
using Casella.Core;
using Casella.Core.Storage;
using Casella.Core.Tracing;
using Casella.Storage.Blobs;
using Casella.Storage.Sqlite;

namespace Casella.Storage.Tests;

/// <summary>The contract over SQLite and files, and what only they have: a life after the process.</summary>
public sealed class QueueStoreSqliteTests : QueueStoreContract, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("casella-queue-").FullName;
    private SqliteQueueStore _store = null!;

    private protected override IQueueStore Store => _store;

    public ValueTask InitializeAsync()
    {
        _store = Open(_folder);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(200_000)]
    public async Task What_was_added_is_there_after_the_process_was_killed(int size)
    {
        var text = new string('y', size);
        await AddAsync(Row("m1", "bob@else.test", "carla@else.test") with { Size = size }, text);
        await _store.UpdateAsync("m1", [], [Ended(1, "carla@else.test")], CancellationToken.None);

        // The files as a killed process leaves them: nothing closed, nothing checkpointed.
        var left = Directory.CreateTempSubdirectory("casella-queue-left-").FullName;
        Copy(_folder, left);

        await using (var reopened = Open(left))
        {
            (await reopened.ListAsync(CancellationToken.None)).Should().ContainSingle()
                .Which.Recipients.Should().ContainSingle().Which.Address.LocalPart.Should().Be("bob");
            Encoding.ASCII.GetString(await ContentAsync("m1", reopened)).Should().Be(text);
        }

        Directory.Delete(left, recursive: true);
    }

    [Fact]
    public async Task What_became_of_each_recipient_is_found_by_queue_id_message_id_and_address()
    {
        var traces = new SqliteTraceStore(_store);
        await AddAsync(Row("m1", "bob@else.test", "carla@else.test", "dora@else.test") with { MessageId = "1@example.org", Owner = new AccountId(7) }, "text");
        await _store.UpdateAsync("m1", [], [Ended(0, "bob@else.test")], CancellationToken.None);
        await _store.UpdateAsync("m1", [], [Ended(0, "bob@else.test")], CancellationToken.None);   // an attempt that ended twice

        foreach (var what in (string[])["m1", "1@example.org", "bob@else.test", "carla@else.test"])
        {
            var mail = (await traces.FindAsync(what, 10, CancellationToken.None)).Should().ContainSingle(what).Subject;
            (mail.Id, mail.Owner, mail.MessageId).Should().Be(("m1", new AccountId(7), "1@example.org"));
            mail.Recipients.Select(recipient => $"{recipient.Address} {recipient.State} {recipient.Server} {recipient.Security}").Should().Equal(
                "carla@else.test Waiting  None", "dora@else.test Waiting  None", "bob@else.test HandedOver mx.else.test Certified");
        }

        await _store.RemoveAsync("m1", DateTimeOffset.FromUnixTimeSeconds(5), CancellationToken.None);
        (await traces.FindAsync("m1", 10, CancellationToken.None)).Single().Recipients.Select(recipient => recipient.State)
            .Should().Equal(TraceState.HandedOver, TraceState.Removed, TraceState.Removed);
        await traces.ForgetAsync(DateTimeOffset.FromUnixTimeSeconds(6), CancellationToken.None);
        (await traces.FindAsync("m1", 10, CancellationToken.None)).Single().Recipients.Should().ContainSingle();
        (await traces.FindAsync("other", 10, CancellationToken.None)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_content_goes_with_its_message_and_leaves_no_row_behind()
    {
        await AddAsync(Row("m1", "bob@else.test", "carla@else.test"), "one");
        await AddAsync(Row("m2", "bob@else.test"), "");
        await AddAsync(Row("m3", "bob@else.test"), "three");

        await _store.UpdateAsync("m1", [], [Ended(0, "bob@else.test")], CancellationToken.None);
        (await ContentsAsync()).Should().Be(3, "somebody still waits for it");
        await _store.UpdateAsync("m1", [], [Ended(1, "carla@else.test")], CancellationToken.None);
        await _store.RemoveAsync("m3", DateTimeOffset.UnixEpoch, CancellationToken.None);

        (await ContentsAsync()).Should().Be(1);
        (await ContentAsync("m2")).Should().BeEmpty();
    }

    private Task<long> ContentsAsync() => _store.RunAsync(database => database["SELECT count(*) FROM contents"].Scalar() ?? 0, CancellationToken.None);

    [Fact]
    public async Task A_large_content_leaves_no_file_behind()
    {
        await AddAsync(Row("m1", "bob@else.test"), new string('z', 200_000));
        Blobs().Should().ContainSingle();

        await _store.RemoveAsync("m1", DateTimeOffset.UnixEpoch, CancellationToken.None);

        Blobs().Should().BeEmpty();
    }

    [Fact]
    public async Task A_content_whose_file_is_gone_is_damaged()
    {
        await AddAsync(Row("m1", "bob@else.test"), new string('z', 200_000));
        File.Delete(Blobs().Single());

        (await FluentActions.Awaiting(() => ContentAsync("m1")).Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.Damaged);
    }

    private IEnumerable<string> Blobs() => Directory.Exists(Path.Join(_folder, "blobs"))
        ? Directory.EnumerateFiles(Path.Join(_folder, "blobs"), "*", SearchOption.AllDirectories)
        : [];

    private static SqliteQueueStore Open(string folder) => new(
        new StorageFolder(folder), new StorageOptions(), new FileBlobStore(Path.Join(folder, "blobs"), TimeProvider.System));

    private static void Copy(string from, string to)
    {
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Join(to, Path.GetRelativePath(from, folder)));
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Join(to, Path.GetRelativePath(from, file)));
    }
}
