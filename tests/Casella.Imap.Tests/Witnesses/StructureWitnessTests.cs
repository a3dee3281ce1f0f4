using AwesomeAssertions;
using Casella.Imap.Tests.Sessions;
using Xunit;

namespace Casella.Imap.Tests.Witnesses;

/// <summary>
/// ENVELOPE and BODYSTRUCTURE of ugly messages beside Debian's Dovecot. Where the two differ, the difference is known and
/// has a reason; anything new is looked at before it is let in.
/// </summary>
public sealed class StructureWitnessTests
{
    [Fact]
    public async Task Casella_and_Dovecot_see_the_same_in_ugly_messages()
    {
        Assert.SkipUnless(File.Exists(WitnessClient.Program), "Dovecot is not installed (Debian's dovecot-imapd)");
        UglyMails.All.Should().HaveCountGreaterThan(300);
        var folder = Directory.CreateTempSubdirectory("casella-dovecot-").FullName;
        await using var house = await MailHouse.StartAsync();
        await using var ours = await WitnessClient.ConnectAsync(house.Port);
        await using var theirs = await WitnessClient.StartDovecotAsync(folder);
        foreach (var mail in UglyMails.All)
        {
            await ours.AppendAsync(mail.Octets);
            await theirs.AppendAsync(mail.Octets);
        }

        var (seen, expected) = (await ours.StructuresAsync(), await theirs.StructuresAsync());

        seen.Should().HaveCount(UglyMails.All.Count).And.HaveSameCount(expected);
        var different = UglyMails.All.Where((_, i) => IsDifferent(seen[i], expected[i])).ToList();
        different.Where(mail => KnownDifferences.ReasonOf(mail) is null).Select(mail => mail.Name).Should().BeEmpty();
        KnownDifferences.Unused(different).Should().BeEmpty("a difference that is no more has its line taken out");
        Directory.Delete(folder, recursive: true);
    }

    private static bool IsDifferent((ImapNode Envelope, ImapNode Structure) ours, (ImapNode Envelope, ImapNode Structure) theirs) =>
        !string.Equals(KnownDifferences.Common(ours.Envelope), KnownDifferences.Common(theirs.Envelope), StringComparison.Ordinal)
        || !string.Equals(KnownDifferences.Common(ours.Structure), KnownDifferences.Common(theirs.Structure), StringComparison.Ordinal);
}
