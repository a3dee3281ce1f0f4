using AwesomeAssertions;
using Casella.Server.CommandLine;

namespace Casella.Server.Tests.CommandLine;

public sealed class SettingArgumentsTests
{
    [Fact]
    public void Settings_are_taken_out_wherever_they_stand()
    {
        var (arguments, settings) = SettingArguments.Split(["--HostName=mail.example.org", "account", "list", "--Listeners:Imap", "127.0.0.1:1143", "--json"]);

        arguments.Should().Equal("account", "list", "--json");
        settings.Should().Equal(KeyValuePair.Create("HostName", "mail.example.org"), KeyValuePair.Create("Listeners:Imap", "127.0.0.1:1143"));
    }

    [Fact]
    public void Behind_two_dashes_nothing_is_a_setting() =>
        SettingArguments.Split(["account", "show", "--", "--Odd@example.org"]).Arguments.Should().Equal("account", "show", "--", "--Odd@example.org");
}
