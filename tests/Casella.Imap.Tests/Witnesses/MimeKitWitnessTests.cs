using AwesomeAssertions;
using Xunit;

namespace Casella.Imap.Tests.Witnesses;

/// <summary>
/// What ENVELOPE and BODYSTRUCTURE are made of beside what MimeKit reads in the same ugly messages: people's addresses,
/// subjects, ids, the tree of parts with their file names, and what the parts contain. Where the two differ, the
/// difference is known and has a reason.
/// </summary>
public sealed class MimeKitWitnessTests
{
    [Fact]
    public void Casella_and_MimeKit_see_the_same_in_ugly_messages()
    {
        UglyMails.All.Should().HaveCountGreaterThan(300);
        var different = UglyMails.All.Select(mail => (mail.Name, Seen: SeenMail.OfCasella(mail.Octets).ToList(), Expected: SeenMail.OfMimeKit(mail.Octets).ToList()))
            .Where(one => !one.Seen.SequenceEqual(one.Expected, StringComparer.Ordinal)).ToList();

        var unknown = different.Where(one => KnownMimeKitDifferences.ReasonOf(one.Name) is null)
            .Select(one => $"{one.Name}\n  ours:    {string.Join(" | ", one.Seen.Except(one.Expected, StringComparer.Ordinal))}\n  MimeKit: {string.Join(" | ", one.Expected.Except(one.Seen, StringComparer.Ordinal))}");
        string.Join(Environment.NewLine, unknown).Should().BeEmpty();
        KnownMimeKitDifferences.Unused(different.Select(one => one.Name)).Should().BeEmpty("a difference that is no more has its line taken out");
    }
}
