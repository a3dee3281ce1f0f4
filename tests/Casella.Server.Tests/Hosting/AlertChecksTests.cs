using AwesomeAssertions;
using Casella.Core.Messages;
using Casella.Net.Tls;
using Casella.Server.Alerts;
using Casella.Server.Options;
using Casella.Smtp.Tests.World;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Casella.Server.Tests.Hosting;

/// <summary>Each thing that the office is warned of, on a real server and a clock that goes on.</summary>
public sealed class AlertChecksTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly NameServer _names = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private RunningServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(_folder.Data, change: options => options with { Dns = _names.Options });
        await RunAsync("domain", "add", "example.org");
        await PublishAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _names.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Where_all_is_well_nobody_is_told()
    {
        await RunAsync("account", "add", "info@example.org");
        (await LookAsync(Checks())).Should().BeEmpty();
    }

    [Fact]
    public async Task A_certificate_is_told_fourteen_days_before_its_end()
    {
        var until = new DateTimeOffset(Get<ServerCertificate>().Certificate.NotAfter.ToUniversalTime());
        _time.SetUtcNow(until.AddDays(-15));
        (await LookAsync(Checks())).Should().NotContain(alert => alert.Kind == AlertKind.Certificate);
        _time.SetUtcNow(until.AddDays(-13));

        Tells(await LookAsync(Checks()), AlertKind.Certificate, "Il certificato di mail.example.org scade il ", "il certificato di mail.example.org scade");
    }

    [Fact]
    public async Task Mail_that_does_not_leave_is_told_after_four_hours()
    {
        await RunAsync("account", "add", "info@example.org");
        await using (var content = MessageStaging.FromBytes("Subject: x\r\n\r\nx\r\n"u8.ToArray()))
            await Get<AlertSources>().Queue.EnqueueAsync(
                new Core.Queue.QueueRequest(null, Address("info@example.org"), [new Core.Submission.SubmissionRecipient(Address("gino@elsewhere.test"), null, null)], content, null, null), Stop);
        (await LookAsync(Checks())).Should().BeEmpty();
        _time.Advance(TimeSpan.FromHours(6));

        Tells(await LookAsync(Checks()), AlertKind.Queue, "La posta non parte: 1 messaggi", "1 messaggi aspettano di partire da più di quattro ore");
    }

    [Fact]
    public async Task A_backup_that_is_old_is_told()
    {
        await RunAsync("backup", Path.Join(_folder.Path, "backups"));
        (await LookAsync(Checks())).Should().BeEmpty();
        _time.Advance(TimeSpan.FromDays(4));

        Tells(await LookAsync(Checks()), AlertKind.Backup, "L'ultimo backup è del ", "l'ultimo backup è del ");
    }

    [Fact]
    public async Task A_device_that_nobody_can_sign_in_with_is_told_in_both_languages()
    {
        var device = new Core.Office.FailingDevice("info@example.org", new Core.Directory.SignInTrial(_time.GetUtcNow(), Core.Changes.AccessProtocol.Imap, System.Net.IPAddress.Loopback, Core.Directory.SignInOutcome.WrongPassword), 12) { Name = "Anna's iPhone" };
        var alert = AlertChecks.Of([device])!;

        Tells([alert], AlertKind.Devices, "Dispositivi che non riescono ad accedere: 1", "1 (info@example.org (Anna's iPhone, IMAP, 127.0.0.1, 12×))");
        new AlertWords(Core.Policies.Language.English).Letter([alert], "mail.example.org").Subject.Should().Be("Devices that cannot sign in: 1");
        (await LookAsync(Checks())).Should().BeEmpty();
        AlertChecks.Of([]).Should().BeNull();
    }

    [Fact]
    public async Task A_mailbox_that_fills_is_told_once_a_day()
    {
        await RunAsync("account", "add", "info@example.org", "--quota", "1MB");
        await RunAsync("import", "info@example.org", _folder.Write("mbox", $"From x Mon Mar  4 05:06:07 2019\nSubject: x\n\n{string.Concat(Enumerable.Repeat($"{new string('x', 70)}\n", 14_300))}\n"));
        var checks = Checks();

        Tells(await LookAsync(checks), AlertKind.Mailboxes, "Caselle quasi piene: 1", "caselle quasi piene: 1 (info@example.org (9");
        (await LookAsync(checks)).Should().BeEmpty("every mailbox is opened for it");
        _time.Advance(TimeSpan.FromDays(1));
        (await LookAsync(checks)).Should().ContainSingle();
    }

    [Fact]
    public async Task Names_without_which_no_mail_comes_are_told()
    {
        await RunAsync("domain", "add", "elsewhere.test");
        _names.With("elsewhere.test MX 10 mx.other.test.");

        var alert = (await LookAsync(Checks())).Should().ContainSingle().Subject;

        alert.Kind.Should().Be(AlertKind.Dns);
        new AlertWords(Core.Policies.Language.English).Letter([alert], "mail.example.org").Text
            .Should().Contain("MX elsewhere.test").And.Contain("TXT elsewhere.test").And.Contain("_domainkey.elsewhere.test").And.NotContain("example.org,").And.NotContain("_dmarc");
    }

    private AlertChecks Checks() => new(Get<AlertSources>(), Get<CasellaOptions>(), Get<ServerCertificate>(), Get<IFreeDisk>(), _time);

    private static Task<IReadOnlyList<Alert>> LookAsync(AlertChecks checks) => checks.LookAsync(Stop);

    private static void Tells(IReadOnlyList<Alert> alerts, AlertKind kind, string subject, string text)
    {
        var alert = alerts.Should().ContainSingle().Subject;
        alert.Kind.Should().Be(kind);
        var letter = new AlertWords(Core.Policies.Language.Italian).Letter([alert], "mail.example.org");
        letter.Subject.Should().StartWith(subject);
        letter.Text.Should().Contain(text);
    }

    private T Get<T>()
        where T : notnull => _server.Server.Services.GetRequiredService<T>();

    private async Task PublishAsync()
    {
        _names.With("mail.example.org A 192.0.2.1");
        foreach (var record in (await RunAsync("dns", "example.org", "--json")).Json.GetProperty("records").EnumerateArray())
            if (record.GetProperty("kind").GetString() is var kind and not "CNAME")
                _names.With($"{record.GetProperty("name").GetString()} {kind} {record.GetProperty("value").GetString()}");
    }

    private static Formats.Addresses.EmailAddress Address(string text) =>
        Formats.Addresses.EmailAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text, nameof(text));

    private async Task<CommandResult> RunAsync(params string[] arguments)
    {
        var result = await CommandResult.OfAsync(["--data", _folder.Data, .. arguments]);
        result.ExitCode.Should().Be(0, result.Errors);
        return result;
    }
}
