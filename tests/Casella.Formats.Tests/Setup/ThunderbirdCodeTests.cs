using Casella.Formats.Addresses;
using Casella.Formats.Setup;

namespace Casella.Formats.Tests.Setup;

/// <summary>What Thunderbird for Android scans.</summary>
public sealed class ThunderbirdCodeTests
{
    private static readonly ClientSettings Settings = new("mail.example.org",
    [
        new ClientService(ClientProtocol.Imap, 993, ClientTls.Implicit), new ClientService(ClientProtocol.Submission, 587, ClientTls.StartTls),
    ]);

    [Fact]
    public void The_arrays_are_those_of_the_format() => Write(Settings, "info@example.org").Should().Be(
        """[1,[1,1],[0,"mail.example.org",993,3,1,"info@example.org","info@example.org","mq4x"],[[[0,"mail.example.org",587,2,1,"info@example.org","mq4x"],["info@example.org","Città & \"Sezione\""]]]]""");

    [Fact]
    public void What_the_format_cannot_say_is_not_said()
    {
        Write(Settings with { Services = [Settings.Services[0]] }, "info@example.org").Should().BeNull();
        Write(Settings, "città@example.org").Should().BeNull();
    }

    private static string? Write(ClientSettings settings, string typed)
    {
        EmailAddress.TryParse(typed, out var address).Should().BeTrue();
        return ThunderbirdCode.Write(settings, address, "Città & \"Sezione\"", "mq4x");
    }
}
