using AwesomeAssertions;
using Casella.Core;
using Casella.Core.Storage;
using Casella.Storage.Tests.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Casella.Storage.Tests.Sqlite;

/// <summary>The contract, and what is only so with a SQLite file per account and bodies in files.</summary>
public sealed class SqliteMailStoreTests : MailStoreContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("casella-store-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task One_flipped_byte_of_a_large_body_is_found_and_never_served()
    {
        var email = await InsertAsync(Bytes(300_000));
        var blob = Directory.GetFiles(Path.Join(_folder, "blobs"), "*", SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(blob, None);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(blob, bytes, None);
        await ReopenAsync();

        (await VerifyAsync()).Should().NotBeEmpty();
        var reading = async () =>
        {
            await using var content = await Store.OpenAsync(Account, email, None);
            await content.ReadAsync(0, content.Size, None);
        };
        (await reading.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.Damaged);
    }

    /// <summary>Short words, so that they are stored as they are.</summary>
    [Fact]
    public async Task Nothing_of_what_was_destroyed_is_left_in_a_file()
    {
        var email = await InsertAsync("Subject: quince\r\n\r\nmarmalade\r\n"u8.ToArray());
        Legible("quince").Should().BeTrue();
        await Store.WriteAsync(
            Account,
            transaction =>
            {
                var inbox = Inbox(transaction);
                return transaction.DeletePlacement(inbox, transaction.Placement(inbox, new Uid(1))!.Value, _time.GetUtcNow());
            },
            null, None);

        await Store.WriteAsync(Account, transaction => transaction.Destroy([email]), null, None);

        Legible("quince").Should().BeFalse();
        Legible("marmalade").Should().BeFalse();

        bool Legible(string word) => Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Any(file =>
        {
            using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[open.Length];
            open.ReadExactly(bytes);
            return bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(word)) >= 0;
        });
    }

    [Fact]
    public async Task A_body_that_is_missing_is_found()
    {
        await InsertAsync(Bytes(300_000));
        foreach (var blob in Directory.GetFiles(Path.Join(_folder, "blobs"), "*", SearchOption.AllDirectories))
            File.Delete(blob);

        (await VerifyAsync()).Should().NotBeEmpty();
    }

    [Fact]
    public async Task A_counter_that_is_wrong_is_found()
    {
        await InsertAsync(Bytes(1_000));
        await Store.WriteAsync(Account, transaction => { transaction.AddUsage(1, 0); return true; }, null, None);

        (await VerifyAsync()).Should().ContainSingle().Which.Should().Contain("used bytes");
    }

    [Fact]
    public async Task Blobs_that_no_row_names_are_swept_after_the_grace_time_and_no_others()
    {
        await InsertAsync(Bytes(300_000));
        await using (var unused = Core.Messages.MessageStaging.FromBytes(Bytes(200_000)))
            await Store.PrepareAsync(Account, unused, headerSize: 0, None);
        Blobs().Should().HaveCount(2);

        await Store.SweepAsync(Account, TimeSpan.FromHours(1), None);
        Blobs().Should().HaveCount(2);
        _time.Advance(TimeSpan.FromHours(2));
        await Store.SweepAsync(Account, TimeSpan.FromHours(1), None);

        Blobs().Should().HaveCount(1);
        (await VerifyAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Small_bodies_make_no_files()
    {
        await InsertAsync(Bytes(60_000));

        Blobs().Should().BeEmpty();
    }

    [Fact]
    public async Task More_accounts_than_stay_open_are_all_served()
    {
        for (var i = 100; i < 120; i++)
            await Store.CreateAsync(new AccountId(i), transaction => transaction.SetSubscribed($"of {transaction.Account.Id.Value}", subscribed: true), None);

        var subscribed = await Task.WhenAll(Enumerable.Range(100, 20).Select(i => Store.ReadAsync(new AccountId(i), reader => reader.Subscriptions().Single(), None)));

        subscribed.Should().Equal(Enumerable.Range(100, 20).Select(i => $"of {i}"));
    }

    private protected override IMailStore Open() => new ServiceCollection()
        .AddLogging()
        .AddSingleton<TimeProvider>(_time)
        .AddCasellaStorage(new StorageOptions { OpenAccounts = 5 }, _folder)
        .BuildServiceProvider()
        .GetRequiredService<IMailStore>();

    private protected override bool IsEmpty() =>
        !Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Any(file => !Path.GetFileName(file).StartsWith("directory", StringComparison.Ordinal));

    private protected override void Clean() => Directory.Delete(_folder, recursive: true);

    private string[] Blobs() => Directory.Exists(Path.Join(_folder, "blobs")) ? Directory.GetFiles(Path.Join(_folder, "blobs"), "*", SearchOption.AllDirectories) : [];
}
