using AwesomeAssertions;
using Casella.Smtp.Tests.World;

namespace Casella.Server.Tests.CommandLine;

/// <summary>casella dns --check and doctor's part of it, against a name server that says what each test wants.</summary>
public sealed class DnsCommandTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly NameServer _names = new();

    public async ValueTask InitializeAsync() => (await Run("domain", "add", "example.org")).ExitCode.Should().Be(0);

    public ValueTask DisposeAsync()
    {
        _names.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_is_printed_is_what_is_checked()
    {
        await PublishAsync(static (_, value) => value);

        (await StatesAsync()).Should().AllSatisfy(one => one.State.Should().Be("ok", one.Name));
        (await Run("doctor")).Text.Should().MatchRegex("OK +dns: example.org: \\d+ records are as they should be");
    }

    [Fact]
    public async Task What_is_missing_different_or_silent_is_told()
    {
        await PublishAsync(static (name, value) => name switch
        {
            "_dmarc.example.org" => null,
            "example.org" when value.StartsWith("v=spf1", StringComparison.Ordinal) => "v=spf1 include:elsewhere.test -all",
            "_mta-sts.example.org" => "SERVFAIL",
            _ => value,
        });

        var states = (await StatesAsync()).Where(one => one.State is not "ok").ToDictionary(one => one.Name, one => one.State, StringComparer.Ordinal);
        states.Should().BeEquivalentTo(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["_dmarc.example.org"] = "missing",
            ["example.org"] = "different",
            ["_mta-sts.example.org"] = "silent",
        });
        var doctor = await Run("doctor");
        doctor.ExitCode.Should().Be(1);
        doctor.Text.Should().Contain("TXT _dmarc.example.org is missing").And.Contain("TXT example.org is different").And.Contain("casella dns example.org --check");
    }

    [Fact]
    public async Task Order_and_spaces_are_peoples_own()
    {
        await PublishAsync(static (name, value) => name switch
        {
            "_dmarc.example.org" => string.Join(" ;  ", value.Split("; ").Take(1).Concat(value.Split("; ").Skip(1).Reverse())),
            "example.org" when value.StartsWith("v=spf1", StringComparison.Ordinal) => "v=spf1  MX   -all",
            _ => value,
        });
        (await StatesAsync()).Should().AllSatisfy(one => one.State.Should().Be("ok", one.Name));
    }

    /// <summary>draft-ietf-mailmaint-pacc knows the usual ports only.</summary>
    [Theory]
    [InlineData("", true)]
    [InlineData("--Listeners:Pop3s=off", true)]
    [InlineData("--Listeners:Imaps=127.0.0.1:10993 --Listeners:Pop3s=127.0.0.1:10995 --Listeners:Submissions=127.0.0.1:10465", false)]
    [InlineData("--Listeners:Https=off", false)]
    public async Task The_document_of_PACC_is_vouched_for_where_there_is_one(string settings, bool isThere)
    {
        async Task<IReadOnlyList<string>> ValuesAsync(string more) =>
        [
            .. (await Run(["dns", "example.org", "--json", .. more.Split(' ', StringSplitOptions.RemoveEmptyEntries)])).Json.GetProperty("records").EnumerateArray()
                .Where(record => record.GetProperty("name").GetString()!.EndsWith("ua-auto-config.example.org", StringComparison.Ordinal))
                .Select(record => record.GetProperty("value").GetString()!),
        ];

        var values = await ValuesAsync(settings);
        if (!isThere)
        {
            values.Should().BeEmpty();
            return;
        }

        values.Should().HaveCount(2).And.StartWith("mail.example.org.");
        values[1].Should().MatchRegex("^v=UAAC1; a=sha256; d=[A-Za-z0-9+/]{43}=$");
        if (settings.Length > 0)
            values[1].Should().NotBe((await ValuesAsync(""))[1], "it is of other octets");
    }

    /// <summary>Puts the printed records into the zone, as the test changes them; null leaves one out.</summary>
    private async Task PublishAsync(Func<string, string, string?> change)
    {
        _names.With("mail.example.org A 192.0.2.1");
        foreach (var record in (await Run("dns", "example.org", "--json")).Json.GetProperty("records").EnumerateArray())
        {
            var (name, kind, value) = (record.GetProperty("name").GetString()!, record.GetProperty("kind").GetString()!, record.GetProperty("value").GetString()!);
            if (kind is "CNAME")
                _names.With($"{name} A 192.0.2.1");
            else if (change(name, value) is { } published)
                _names.With($"{name} {kind} {published}");
        }
    }

    private async Task<IReadOnlyList<(string Name, string State)>> StatesAsync() =>
    [
        .. (await Run("dns", "example.org", "--check", "--json")).Json.GetProperty("records").EnumerateArray()
            .Select(record => (record.GetProperty("name").GetString()!, record.GetProperty("state").GetString()!)),
    ];

    private Task<CommandResult> Run(params string[] arguments) => CommandResult.OfAsync(
        ["--data", _folder.Data, "--HostName=mail.example.org", $"--Dns:Server={_names.Options.Server}", .. arguments]);
}
