using System.Text;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Casella.Core.Tests;

/// <summary>Core over the real store in a new folder, with one domain. It can be closed and opened again, as by a restart.</summary>
internal sealed class TestHouse : IAsyncDisposable
{
    public const string Password = "correct horse";

    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("casella-core-").FullName;
    private ServiceProvider _services;

    private TestHouse() => _services = Open();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    public MailDirectory Mail => _services.GetRequiredService<MailDirectory>();
    public MailAccounts Accounts => _services.GetRequiredService<MailAccounts>();
    public Authenticator Authenticator => _services.GetRequiredService<Authenticator>();

    public static async Task<TestHouse> StartAsync()
    {
        var house = new TestHouse();
        await house.Mail.AddDomainAsync("example.org", CancellationToken.None);
        return house;
    }

    /// <summary>A message of about this size.</summary>
    public static StagedMessage Message(string subject, int size = 50) =>
        MessageStaging.FromBytes(Encoding.UTF8.GetBytes($"Subject: {subject}\r\n\r\n{new string('x', size)}\r\n"));

    public Task<AccountEntry> AddAsync(string address, long? quota = null) =>
        Mail.AddAccountAsync(new AccountToAdd(address, Password, quota, null), CancellationToken.None);

    /// <summary>The account as somebody who uses it sees it, or as the server for deliveries.</summary>
    public async Task<MailAccount> OpenAsync(AccountEntry account, AccessProtocol protocol = AccessProtocol.Imap) =>
        await Accounts.OpenAsync(account.Id, protocol is AccessProtocol.Server ? Actor.Server : new Actor(null, null, protocol, "test"), CancellationToken.None);

    public async Task RestartAsync()
    {
        await _services.DisposeAsync();
        _services = Open();
        await Mail.RecoverAsync(CancellationToken.None);
    }

    public async Task<List<string>> VerifyAsync(AccountEntry account)
    {
        var findings = new List<string>();
        await Accounts.VerifyAsync(account.Id, findings.Add, CancellationToken.None);
        return findings;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    private ServiceProvider Open() => new ServiceCollection()
        .AddLogging()
        .AddSingleton<TimeProvider>(Time)
        .AddCasellaStorage(new StorageOptions(), _folder)
        .AddCasellaMessages(new MessageOptions(), new StagingOptions(Path.Join(_folder, "staging")))
        .AddCasellaDirectory(new SignInOptions())
        .BuildServiceProvider();
}
