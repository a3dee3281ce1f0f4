using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Casella.Core.Archives;
using Casella.Core.Backups;
using Casella.Core.Delivery;
using Casella.Core.Directory;
using Casella.Core.Filtering.Spam;
using Casella.Core.Lists;
using Casella.Core.Messages;
using Casella.Core.Office;
using Casella.Core.Policies;
using Casella.Core.Queue;
using Casella.Core.Reporting;
using Casella.Core.Submission;
using Casella.Formats.Setup;
using Casella.Storage;
using Casella.Web.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Casella.Web.Tests;

/// <summary>
/// The office on the real store in a folder of its own, with two domains, and programs that call its API without a
/// network between.
/// </summary>
public sealed class OfficeHouse : IAsyncLifetime
{
    public const string Own = "own.test";
    public const string Foreign = "foreign.test";

    private readonly string _folder = Path.Join(Path.GetTempPath(), $"casella-office-{Guid.NewGuid():N}");
    private readonly Dictionary<OfficeRoles, string> _tokens = [];

    private string Backups => $"{_folder}-backups";
    private ServiceProvider _services = null!;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));

    internal OfficeDoor Machine => Get<OfficeDoors>().Open(OfficeCaller.CommandLine);

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_folder);
        _services = Services().BuildServiceProvider();
        foreach (var domain in new[] { Own, Foreign })
        {
            await Machine.Domains.AddAsync(domain, Stop);
            await AddMailboxAsync($"info@{domain}");
            // Whose devices are made in it.
            var login = domain is Own ? "owner-own" : "owner-foreign";
            await AddPersonAsync(login);
            await Machine.People.SetMemberAsync($"info@{domain}", login, MemberRights.All, Stop);
        }

        await Get<MailBackups>().WriteAsync(Backups, "test", _ => { }, Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        Directory.Delete(Backups, recursive: true);
    }

    internal Task<AddedMailbox> AddMailboxAsync(string address) =>
        Machine.Mailboxes.AddAsync(new MailboxToAdd(address, null, null, null, HasCommonPassword: true, []), Stop);

    /// <summary>A person with a role, by a program with every scope there is; domain operators are of <see cref="Own"/>.</summary>
    internal async Task<string> TokenAsync(string login, OfficeRoles roles)
    {
        await AddPersonAsync(login);
        await Machine.Staff.SetAsync(login, roles, [Own], Stop);
        return await Machine.Tokens.AddAsync("test", [.. OfficeTable.Scopes], null, login, Stop);
    }

    /// <summary>The same program for each role, whatever the test.</summary>
    internal async Task<string> TokenOfAsync(OfficeRoles roles) =>
        _tokens.TryGetValue(roles, out var token) ? token : _tokens[roles] = await TokenAsync($"caller-{roles.ToString().ToLowerInvariant()}", roles);

    internal Task<Person> AddPersonAsync(string login) => Machine.People.AddAsync(new PersonToAdd(login, login, Language.Italian, null), Stop);

    /// <summary>One call of a program.</summary>
    internal async Task<(int Status, string Body)> CallAsync(string? token, string method, string path, string? body = null, (string Name, string Value)? header = null)
    {
        var http = new DefaultHttpContext { RequestServices = _services };
        var question = path.IndexOf('?', StringComparison.Ordinal);
        http.Request.Method = method;
        http.Request.Path = new PathString($"{RestApi.Root}{(question < 0 ? path : path[..question])}");
        http.Request.QueryString = question < 0 ? default : new QueryString(path[question..]);
        http.Connection.RemoteIpAddress = IPAddress.Loopback;
        if (token is not null)
            http.Request.Headers.Authorization = $"Bearer {token}";
        if (header is { } more)
            http.Request.Headers[more.Name] = more.Value;
        if (body is not null)
            http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        using var answer = new MemoryStream();
        http.Response.Body = answer;
        await Get<RestApi>().ServeAsync(http);
        return (http.Response.StatusCode, Encoding.UTF8.GetString(answer.ToArray()));
    }

    internal static JsonNode Json(string text) => JsonNode.Parse(text)!;

    private IServiceCollection Services() => new ServiceCollection()
        .AddLogging(logging => logging.SetMinimumLevel(LogLevel.None))
        .AddSingleton<TimeProvider>(Time)
        .AddCasellaStorage(new StorageOptions(), _folder)
        .AddSingleton(new DiskFloor(1_000))
        .AddCasellaMessages(new MessageOptions(), new StagingOptions(Path.Join(_folder, "staging")))
        .AddCasellaDirectory(new SignInOptions())
        .AddSingleton(PasswordCosts.Least)
        .AddCasellaQueue(new QueueOptions())
        .AddCasellaReporting(new ReportOptions())
        .AddCasellaDelivery(new SubmissionOptions(), new SpamOptions())
        .AddCasellaBackups()
        .AddCasellaArchives()
        .AddCasellaLists()
        .AddCasellaOffice()
        .AddSingleton<IServerFacts, NoNames>()
        .AddSingleton(new WebSite("mail.own.test", () => 443, Path.Join(_folder, "keys"), HasPublicCertificate: false) { Clients = () => new ClientSettings("mail.own.test", []) })
        .AddSingleton<RestApi>();

    /// <summary>Nobody asks name servers in a test.</summary>
    private sealed class NoNames : IServerFacts
    {
        public Task<DomainRecords> RecordsAsync(string domain, bool check, CancellationToken cancellationToken) =>
            Task.FromResult(new DomainRecords(domain, "", [new DomainRecord(domain, "MX", "10 mail.own.test.", $"{domain}. IN MX 10 mail.own.test.", null, null)]));

        public CertificateFacts? Certificate() => null;
    }
}
