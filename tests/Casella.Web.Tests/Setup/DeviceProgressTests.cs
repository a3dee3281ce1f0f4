using System.Net;
using AwesomeAssertions;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Web.Setup;

namespace Casella.Web.Tests.Setup;

/// <summary>What the page says of a device that is being set up.</summary>
public sealed class DeviceProgressTests
{
    private readonly DeviceProgress _progress = new(AccessProtocol.Imap);

    [Fact]
    public void It_is_connected_when_receiving_and_sending_both_work()
    {
        _progress.Text.Should().Be("ProgressWaiting");
        See(AccessProtocol.Imap, SignInOutcome.Accepted);
        _progress.Text.Should().Be("ProgressReceives");
        See(AccessProtocol.Submission, SignInOutcome.Accepted);
        _progress.Text.Should().Be("ProgressDone");
    }

    [Fact]
    public void What_is_wrong_is_said_until_it_is_made_good()
    {
        See(AccessProtocol.Imap, SignInOutcome.WrongPassword);
        _progress.Text.Should().Be("TroubleWrongPassword");
        See(AccessProtocol.Submission, SignInOutcome.Accepted);
        _progress.Text.Should().Be("TroubleWrongPassword", "sending is another password field");
        See(AccessProtocol.Imap, SignInOutcome.Accepted);
        _progress.Text.Should().Be("ProgressDone");
    }

    [Fact]
    public void What_works_is_not_taken_back()
    {
        See(AccessProtocol.Imap, SignInOutcome.Accepted);
        See(AccessProtocol.Imap, SignInOutcome.WrongPassword);

        _progress.Text.Should().Be("ProgressReceives");
    }

    [Fact]
    public void A_browser_is_no_program()
    {
        See(AccessProtocol.Web, SignInOutcome.WrongPassword);

        _progress.Text.Should().Be("ProgressWaiting");
    }

    [Fact]
    public void Every_outcome_has_words_in_both_languages()
    {
        foreach (var outcome in Enum.GetValues<SignInOutcome>().Where(outcome => outcome is not SignInOutcome.Accepted))
            Words.Italian[$"Trouble{outcome}"].Should().NotBe(Words.English[$"Trouble{outcome}"]);
    }

    [Fact]
    public void Every_kind_has_its_words_and_steps()
    {
        foreach (var kind in DeviceKind.All)
            foreach (var words in new[] { Words.Italian, Words.English })
            {
                words[$"Kind{kind.Name}"].Should().NotBeEmpty();
                words[$"KindDevice{kind.Name}"].Should().Contain("{0}");
                words[$"Guide{kind.Name}"].Should().Contain("*");
                if (kind.HasProfile)
                    words[$"GuideProfile{kind.Name}"].Should().Contain("*");
            }
    }

    [Theory]
    [InlineData("Safari, iPhone", "Iphone")]
    [InlineData("Chrome, Android", "ThunderbirdAndroid")]
    [InlineData("Edge, Windows", "Outlook")]
    [InlineData("Firefox, Linux", "Thunderbird")]
    [InlineData("Browser", "Iphone")]
    public void The_device_in_hand_is_proposed(string browser, string kind) => DeviceKind.Likely(browser).Name.Should().Be(kind);

    private void See(AccessProtocol protocol, SignInOutcome outcome) =>
        _progress.See(new SignInTrial(DateTimeOffset.UnixEpoch, protocol, IPAddress.Loopback, outcome));
}
