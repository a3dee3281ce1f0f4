using AwesomeAssertions;
using Casella.Server.Administration;
using Casella.Server.CommandLine;

namespace Casella.Server.Tests.CommandLine;

/// <summary>What account show says to people.</summary>
public sealed class AccountCommandsTests
{
    private static readonly AccountDetailsView Account = new(
        "info@example.org", null, "Active", new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero), Quota: 1L << 30, Used: 900L << 20, Messages: 12, [], [], []);

    [Theory]
    [InlineData(12, "full in about 12 days")]
    [InlineData(1, "full by tomorrow")]
    [InlineData(0, "full by tomorrow")]
    public void A_mailbox_that_fills_says_when(int days, string words) =>
        Shown(Account with { FullInDays = days }).Should().Contain($"of 1GB (87.9 %), 12 messages{Environment.NewLine}            {words}{Environment.NewLine}");

    [Fact]
    public void A_mailbox_of_which_nobody_can_say_does_not() => Shown(Account).Should().NotContain("full");

    [Fact]
    public void Doubled_folders_are_named_with_the_command_that_merges_them() =>
        Shown(Account with { DoubledFolders = [new DoubledFolderView("Posta inviata", "Sent", 14, [])] })
            .Should().Contain("  Doubled   Posta inviata (14 messages) beside Sent; to merge: casella heal info@example.org");

    private static string Shown(AccountDetailsView account)
    {
        using var writer = new StringWriter();
        AccountCommands.ShowForPeople(new Output(writer, TextWriter.Null, isTerminal: false), account);
        return writer.ToString();
    }
}
