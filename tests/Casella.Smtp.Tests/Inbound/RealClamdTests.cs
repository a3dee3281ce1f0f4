using System.Diagnostics.Metrics;
using System.Text;
using AwesomeAssertions;
using Casella.Core.Filtering.Spam;
using Casella.Core.Mailboxes;
using Casella.Smtp.Inbound;
using Casella.Smtp.Tests.World;
using Xunit;

namespace Casella.Smtp.Tests.Inbound;

/// <summary>Mail on the wire before Debian's clamd: what it knows is refused in the session, and without it nothing is lost.</summary>
public sealed class RealClamdTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_clamd_knows_is_refused_and_when_it_is_killed_mail_is_taken()
    {
        Assert.SkipUnless(RealClamd.IsInstalled, "clamd is not installed (apt-get install clamav-daemon)");
        await using var clamd = await RealClamd.StartAsync(Cancelled);
        await using var here = await MailExchanger.StartAsync(
            new InboundOptions { TrustedNetworks = "", Greylist = new() { Scope = Casella.Core.Delivery.GreylistScope.Off } },
            services => services.AddCasellaScanners(new SpamOptions(), new VirusOptions { Clamd = clamd.Place }));

        (await here.BringAsync(Mail("Un saluto.", "Buongiorno."), "anna@example.net")).Content.Should().StartWith("250 ");
        (await here.BringAsync(Mail("Una prova.", RealClamd.Eicar), "anna@example.net")).Content.Should().StartWith("550 5.7.1").And.Contain("virus");
        (await here.BringAsync(Mail("Per te.", $"prima {FakeClamd.Signature} dopo"), "anna@example.net")).Content.Should().StartWith("550 5.7.1").And.Contain("virus");
        (await NewestAsync(here)).Should().Contain("Un saluto.");

        var silent = 0L;
        using var listener = Listener(count => Interlocked.Add(ref silent, count));
        await clamd.KillAsync();
        (await here.BringAsync(Mail("Senza nessuno che guarda.", RealClamd.Eicar), "anna@example.net")).Content.Should().StartWith("250 ");
        (await NewestAsync(here)).Should().Contain("Senza nessuno che guarda.");
        Interlocked.Read(ref silent).Should().BeGreaterThan(0, "somebody must see that nobody looks");
    }

    /// <summary>What else the filter thinks of it is another matter.</summary>
    private static async Task<string?> NewestAsync(MailExchanger here) => await here.NewestAsync(SpecialUse.Junk) ?? await here.NewestAsync(SpecialUse.None);

    /// <summary>In an attachment, as it would come.</summary>
    private static string Mail(string subject, string content) =>
        $"From: Anna <anna@example.net>\nTo: info@example.org\nSubject: {subject}\nMessage-ID: <{Guid.NewGuid():N}@example.net>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        + "--b\nContent-Type: text/plain\n\nIn allegato.\n--b\nContent-Type: application/octet-stream; name=\"modulo.com\"\nContent-Transfer-Encoding: base64\n\n"
        + Convert.ToBase64String(Encoding.ASCII.GetBytes(content)) + "\n--b--\n";

    private static MeterListener Listener(Action<long> counted)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name is "casella.spam.scanner.silent")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, measurement, tags, _) =>
        {
            foreach (var tag in tags)
                if (tag is { Key: "scanner", Value: "clamd" })
                    counted(measurement);
        });
        listener.Start();
        return listener;
    }
}
