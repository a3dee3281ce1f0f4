using System.Collections;
using AwesomeAssertions;
using Casella.Server.Configuration;
using Casella.Server.Options;

namespace Casella.Server.Tests.Configuration;

public sealed class OptionsReaderTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_any_settings_the_announced_ports_are_served()
    {
        var options = Read();

        options.Listeners.Imaps.Should().Be(ListenerAddress.Any(993));
        options.Listeners.Submissions.Should().Be(ListenerAddress.Any(465));
        options.Data.Should().Be("data");
        options.HostName.Should().NotBeEmpty("the machine has a name");
    }

    [Fact]
    public void The_command_line_wins_over_the_environment_and_that_over_the_file()
    {
        var file = _folder.Write("casella.json", """{ "HostName": "file.example.org", "Listeners": { "Pop3": "off", "Imap": "127.0.0.1:1" } }""");
        var environment = new Hashtable { ["CASELLA_Listeners__Imap"] = "127.0.0.1:2", ["CASELLA_HostName"] = "environment.example.org", ["PATH"] = "/usr/bin" };

        var options = Read(file, environment, ("HostName", "line.example.org"));

        options.HostName.Should().Be("line.example.org");
        options.Listeners.Imap.Port.Should().Be(2);
        options.Listeners.Pop3.IsOff.Should().BeTrue();
    }

    [Theory]
    [InlineData("Listeners:Imapss", "Listeners:Imaps")]
    [InlineData("Listener:Smtp", "Listeners:Smtp")]
    [InlineData("Hostname2", "HostName")]
    [InlineData("Imaps", "Listeners:Imaps")]
    [InlineData("Outbound:Smarthosts", "Outbound:SmartHost")]
    public void An_unknown_key_is_an_error_that_names_the_nearest_known_one(string key, string nearest) =>
        Problems((key, "x")).Should().ContainSingle().Which.Should().Be($"command line: there is no option \"{key}\"; did you mean \"{nearest}\"?");

    [Fact]
    public void A_key_that_resembles_nothing_is_sent_to_the_list_of_options() =>
        Problems(("Bananas", "x")).Should().ContainSingle().Which.Should().EndWith("see: casella config describe");

    [Fact]
    public void Keys_do_not_mind_upper_and_lower_case() =>
        Read(file: null, [], ("listeners:IMAPS", "off")).Listeners.Imaps.IsOff.Should().BeTrue();

    [Fact]
    public void All_problems_are_told_at_once() =>
        Problems(("Bananas", "x"), ("Listeners:Imap", "nowhere"), ("Limits:Smtp:Recipients", "many")).Should().HaveCount(3);

    [Theory]
    [InlineData("Listeners:Imap", "993", "is not address:port")]
    [InlineData("Listeners:Imap", "*:99999", "is not address:port")]
    [InlineData("Limits:Smtp:Recipients", "0", "is more than zero")]
    [InlineData("Limits:Smtp:IdleTime", "5 minutes", "is not a time such as")]
    [InlineData("Logging:Level", "Loud", "is not one of Trace")]
    [InlineData("Logging:Rooms", "Kitchen=Debug", "is not one of Core")]
    [InlineData("HostName", "not a name", "is not a name on the network")]
    [InlineData("Tls:Certificate", "only.pem", "belong together")]
    [InlineData("Dns:Server", "resolver", "is not an address")]
    [InlineData("Outbound:SmartHost", "relay.example.org:25", "the port goes into Outbound:Port")]
    [InlineData("Outbound:Port", "70000", "is not a port")]
    [InlineData("Data", "", "name the folder")]
    public void A_value_that_cannot_be_is_refused_with_words(string key, string value, string words) =>
        Problems((key, value)).Should().ContainSingle().Which.Should().Contain(words);

    [Theory]
    [InlineData("Limits:Imap:IdleKeepAlive", "0s")]
    [InlineData("Limits:SignIn:ParallelChecks", "0")]
    public void Nothing_is_a_value_where_the_text_says_so(string key, string value) =>
        Read(file: null, [], (key, value)).Should().NotBeNull();

    [Fact]
    public void Two_services_cannot_have_the_same_port() =>
        Problems(("Listeners:Imap", "*:993")).Should().ContainSingle().Which.Should().StartWith("Listeners: Imap and Imaps have the same address *:993");

    [Fact]
    public void A_configuration_file_that_is_named_must_exist()
    {
        var read = () => Read(Path.Join(_folder.Path, "missing.json"), []);

        read.Should().Throw<ConfigurationException>().WithMessage("There is no configuration file*");
    }

    [Fact]
    public void A_file_that_is_no_JSON_says_which_file()
    {
        var file = _folder.Write("casella.json", "{ HostName: ");
        var read = () => Read(file, []);

        read.Should().Throw<ConfigurationException>().WithMessage($"{file} cannot be read*");
    }

    private static IReadOnlyList<string> Problems(params (string Key, string Value)[] settings)
    {
        var read = () => Read(file: null, [], settings);
        return read.Should().Throw<ConfigurationException>().Which.Problems;
    }

    private static CasellaOptions Read(string? file = null, Hashtable? environment = null, params (string Key, string Value)[] settings) =>
        OptionsReader.Read(file, [.. settings.Select(s => KeyValuePair.Create(s.Key, s.Value))], environment ?? []);
}
