using System.Text;
using AwesomeAssertions;
using Casella.Core.Policies;
using Casella.Core.Quota;
using Xunit;

namespace Casella.Imap.Tests;

/// <summary>What a client pops up before its user.</summary>
public sealed class AlertsTests
{
    [Theory]
    [InlineData(87, null, Language.English, "This mailbox is 87 % full. Please delete old messages and empty Trash and SPAM.")]
    [InlineData(87, 12, Language.English, "This mailbox is 87 % full. Please delete old messages and empty Trash and SPAM. As things go it will be full in about 12 days.")]
    [InlineData(99, 1, Language.English, "This mailbox is 99 % full. Please delete old messages and empty Trash and SPAM. As things go it will be full by tomorrow.")]
    [InlineData(87, 12, Language.Italian, "Spazio occupato nella casella: 87 %. Elimina i messaggi vecchi e svuota il Cestino e lo SPAM. Di questo passo lo spazio finisce tra circa 12 giorni.")]
    [InlineData(99, 0, Language.Italian, "Spazio occupato nella casella: 99 %. Elimina i messaggi vecchi e svuota il Cestino e lo SPAM. Di questo passo lo spazio finisce entro domani.")]
    public void An_alert_says_how_full_it_is_and_what_to_do(int percent, int? days, Language language, string text)
    {
        var said = Alerts.Of(new QuotaAlert(percent, days, language));

        said.Should().Be(text);
        Ascii.IsValid(said).Should().BeTrue("RFC 3501 §9: TEXT-CHAR is 7 bits");
    }

    [Theory]
    [InlineData(Language.English, "This mailbox is full and takes no new mail.")]
    [InlineData(Language.Italian, "Spazio esaurito: la posta nuova non entra nella casella.")]
    public void A_full_mailbox_is_called_full(Language language, string text)
    {
        var said = Alerts.Of(new QuotaAlert(101, 0, language));

        said.Should().StartWith(text);
        Ascii.IsValid(said).Should().BeTrue();
    }
}
