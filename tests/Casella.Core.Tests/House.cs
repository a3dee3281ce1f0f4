using System.IO.Compression;
using System.Text;
using Casella.Core.Archives;
using Casella.Core.Backups;
using Casella.Core.Changes;
using Casella.Core.Delivery;
using Casella.Core.Directory;
using Casella.Core.Filtering.Spam;
using Casella.Core.Mailboxes;
using Casella.Core.Lists;
using Casella.Core.Messages;
using Casella.Core.Office;
using Casella.Core.Policies;
using Casella.Core.Queue;
using Casella.Core.Reporting;
using Casella.Core.Storage;
using Casella.Core.Submission;
using Casella.Formats.Addresses;
using Casella.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Casella.Core.Tests;

/// <summary>
/// The core on the real store in a folder of its own, with a clock that the test moves and a way out that the test
/// plays. Nothing is mocked that the product has.
/// </summary>
internal sealed class House : IAsyncDisposable
{
    public const string Password = "correct-horse-battery-9";

    private readonly string _folder = Path.Join(Path.GetTempPath(), $"casella-core-{Guid.NewGuid():N}");
    private readonly SpamOptions _spam;
    private readonly Action<IServiceCollection> _more;
    private ServiceProvider _services;

    private House(string? fixture, SpamOptions? spam = null, Action<IServiceCollection>? more = null)
    {
        (_spam, _more) = (spam ?? new SpamOptions(), more ?? (static _ => { }));
        if (fixture is not null)
            ZipFile.ExtractToDirectory(Path.Join(AppContext.BaseDirectory, "Fixtures", fixture), _folder);
        _services = Build();
    }

    /// <summary>The data folder.</summary>
    public string Folder => _folder;

    /// <summary>How much room there is, as the test wants it.</summary>
    public TestDisk Disk { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
    public ScriptedTransport Transport { get; } = new();
    public QueueOptions QueueOptions { get; } = new();

    public MailDirectory Directory => Get<MailDirectory>();
    public People People => Get<People>();
    public Devices Devices => Get<Devices>();
    public RecipientResolver Resolver => Get<RecipientResolver>();
    public Deliverer Deliverer => Get<Deliverer>();
    public Submitter Submitter => Get<Submitter>();
    public MailQueue Queue => Get<MailQueue>();
    public MailAccounts Accounts => Get<MailAccounts>();

    /// <summary>With the domain example.test and these mailboxes in it.</summary>
    public static Task<House> OpenAsync(params string[] names) => OpenAsync(new SpamOptions(), static _ => { }, names);

    /// <param name="more">What the server would register besides.</param>
    public static async Task<House> OpenAsync(SpamOptions spam, Action<IServiceCollection> more, params string[] names)
    {
        var house = new House(fixture: null, spam, more);
        await house.Directory.AddDomainAsync("example.test", Cancelled);
        foreach (var name in names)
            await house.AddAsync(name);
        return house;
    }

    /// <summary>Everything of a backup, in a folder of its own.</summary>
    public static async Task<House> OfBackupAsync(string backups, RestoreAll request)
    {
        var house = new House(fixture: null);
        System.IO.Directory.CreateDirectory(house._folder);
        await house.Get<MailBackups>().RestoreAllAsync(backups, request, _ => { }, Cancelled);
        return house;
    }

    /// <summary>On a data folder that an earlier version has left.</summary>
    public static House Open(string fixture) => new(fixture);

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <param name="quota">Bytes; null for none.</param>
    public async Task<AccountId> AddAsync(string name, long? quota = null) =>
        (await Directory.AddAccountAsync(new AccountToAdd($"{name}@example.test", Password, quota, null), Cancelled)).Id;

    /// <summary>Ends everything in memory; the same folder is opened by whatever is asked for next.</summary>
    public async Task ReopenAsync()
    {
        await _services.DisposeAsync();
        _services = Build();
    }

    /// <summary>A person who is a member of the mailbox, with a device of theirs: the phone.</summary>
    public async Task<AddedDevice> AddPhoneAsync(
        string name, string login, MemberRights rights = MemberRights.All, DeviceProtocols protocols = DeviceProtocols.All)
    {
        if ((await People.PersonsAsync(Cancelled)).All(person => !string.Equals(person.Login, login, StringComparison.Ordinal)))
            await People.AddAsync(new PersonToAdd(login, login, Language.Italian, null), Cancelled);
        await People.SetMemberAsync($"{name}@example.test", login, rights, Cancelled);
        return await Devices.AddAsync(new DeviceToAdd($"{name}@example.test", login, $"{login}'s phone", protocols), Cancelled);
    }

    /// <param name="actor">Who opens it; null for a nameless IMAP program.</param>
    public async Task<MailAccount> DoorAsync(string name, Actor? actor = null) =>
        await Accounts.OpenAsync((await Directory.AccountAsync($"{name}@example.test", Cancelled)).Id, actor ?? Client, Cancelled);

    public async Task<SignedIn> SignedInAsync(string name, Actor? actor = null)
    {
        var account = await Directory.AccountAsync($"{name}@example.test", Cancelled);
        return new SignedIn(account.Id, account.Address, actor ?? Client);
    }

    /// <summary>The data folder as it is now, opened as another house: what a backup that is played back is.</summary>
    public async Task<House> RestoredAsync()
    {
        await _services.DisposeAsync();
        var copy = new House(null);
        await copy._services.DisposeAsync();
        foreach (var file in System.IO.Directory.GetFiles(_folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Join(copy._folder, Path.GetRelativePath(_folder, file));
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }

        copy._services = copy.Build();
        _services = Build();
        return copy;
    }

    /// <summary>The messages of a mailbox as text, oldest first.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync(string name, string mailbox = "INBOX")
    {
        var account = await DoorAsync(name);
        var tree = await account.GetTreeAsync(Cancelled);
        var snapshot = await account.GetSnapshotAsync(tree.Find(MailboxName.Parse(mailbox))!.Id, Cancelled);
        var texts = new List<string>();
        for (var i = 0; i < snapshot.Count; i++)
        {
            await using var content = await account.OpenAsync(snapshot[i].Email, Cancelled);
            texts.Add(Encoding.UTF8.GetString((await content.ReadAsync(0, content.Size, Cancelled)).Span));
        }

        return texts;
    }

    /// <summary>What verify finds in an account; nothing when all is well.</summary>
    public async Task<IReadOnlyList<string>> VerifyAsync(string name)
    {
        var findings = new List<string>();
        await Accounts.VerifyAsync((await Directory.AccountAsync($"{name}@example.test", Cancelled)).Id, findings.Add, Cancelled);
        return findings;
    }

    public static EmailAddress Address(string text) =>
        EmailAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text, nameof(text));

    public static StagedMessage Message(string text) => MessageStaging.FromBytes(Encoding.UTF8.GetBytes(text));

    /// <summary>One attempt of each queued message for each domain, as the runner would make it.</summary>
    public async Task AttemptAsync()
    {
        foreach (var message in await Get<IQueueStore>().ListAsync(Cancelled))
            foreach (var domain in message.Recipients.GroupBy(recipient => recipient.Address.Domain, StringComparer.Ordinal))
                await Get<DeliveryAttempt>().RunAsync(new DueAttempt(new AttemptKey(message.Id, domain.Key), message, [.. domain]), Cancelled);
    }

    /// <summary>What a failing disk does: rows of the only account, changed behind the server's back.</summary>
    public async Task DamageAsync(string sql)
    {
        var file = System.IO.Directory.EnumerateFiles(_folder, "mail.db", SearchOption.AllDirectories).Single();
        await using var database = new SqliteConnection($"Data Source={file};Pooling=False");
        await database.OpenAsync(Cancelled);
        await using var command = database.CreateCommand();
#pragma warning disable CA2100 // the tests' own text
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    private static Actor Client { get; } = new(null, null, AccessProtocol.Imap, "test");

    private ServiceProvider Build()
    {
        var services = Services();
        _more(services);
        return services.BuildServiceProvider();
    }

    private IServiceCollection Services() => new ServiceCollection()
        .AddLogging(logging => logging.SetMinimumLevel(LogLevel.None))
        .AddSingleton<TimeProvider>(Time)
        .AddCasellaStorage(new StorageOptions(), _folder)
        .AddSingleton(new DiskFloor(1_000))
        .AddSingleton<IFreeDisk>(Disk)
        .AddCasellaMessages(new MessageOptions(), new StagingOptions(Path.Join(_folder, "staging")))
        .AddCasellaDirectory(new SignInOptions())
        .AddSingleton(PasswordCosts.Least)
        .AddCasellaQueue(QueueOptions)
        .AddCasellaReporting(new ReportOptions())
        .AddCasellaLists()
        .AddCasellaDelivery(new SubmissionOptions(), _spam)
        .AddSingleton<IOutboundTransport>(Transport)
        .AddCasellaQueueRunner("mail.example.test")
        .AddCasellaOffice()
        .AddCasellaBackups()
        .AddCasellaArchives();
}

/// <summary>The world outside, as a table from domain to fate. Remembers what it was given.</summary>
internal sealed class ScriptedTransport : IOutboundTransport
{
    private readonly Lock _lock = new();

    public Dictionary<string, RecipientFate> Fates { get; } = new(StringComparer.Ordinal);
    public List<OutboundMail> Sent { get; } = [];

    /// <summary>Called within each attempt, before it ends.</summary>
    public Func<OutboundMail, Task> During { get; set; } = static _ => Task.CompletedTask;

    public async Task<IReadOnlyList<RecipientFate>> SendAsync(OutboundMail mail, CancellationToken cancellationToken)
    {
        lock (_lock)
            Sent.Add(mail);
        await During(mail);
        return [.. mail.Recipients.Select(_ => Fates.GetValueOrDefault(mail.Domain, new RecipientFate(FateKind.Delivered, "2.0.0", "250 ok", "mx.example")))];
    }
}

/// <summary>A disk with as much room as the test says; its floor is 1,000 bytes.</summary>
internal sealed class TestDisk : IFreeDisk
{
    public long Bytes { get; set; } = long.MaxValue;
}
