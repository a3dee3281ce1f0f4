using System.Text;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;
using Casella.Formats.Reports;
using Casella.Formats.Sieve;
using MimeKit;

namespace Casella.Formats.Tests.Mime;

/// <summary>
/// A12 of the catalogue of attacks: in each place where somebody's words get into a header that we write, each way to
/// begin another field or another recipient. The message has the fields that it has with harmless words, or there is none.
/// </summary>
public sealed class HeaderInjectionTests
{
    private static readonly EmailAddress Owner = Address("info@example.test");

    private static readonly string[] Payloads =
    [
        "x\r\nBcc: victim@example.org", "x\nBcc: victim@example.org", "x\rBcc: victim@example.org", "x\u2028Bcc: victim@example.org", "x\u0085Bcc: victim@example.org",
        "x\0\r\nBcc: victim@example.org", "=?utf-8?q?x=0D=0ABcc:=20victim@example.org?=", "=?utf-8?b?eA0KQmNjOiB2aWN0aW1AZXhhbXBsZS5vcmc=?=",
        "x\r\n\r\n<script>", "x\r\n Bcc: victim@example.org\r\nBcc: victim@example.org", "x\"\r\nRCPT TO:<victim@example.org>", "\r\nBcc: victim@example.org",
    ];

    /// <summary>Where the words get in; null for a message that there is none.</summary>
    private static readonly Dictionary<string, Func<string, byte[]?>> Places = new(StringComparer.Ordinal)
    {
        ["subject of a mail of the webmail"] = words => Written(Mail() with { Subject = words }),
        ["display name of a recipient"] = words => Written(Mail() with { To = [new WrittenAddress(words, "anna@example.org")] }),
        ["address of a recipient"] = words => Written(Mail() with { To = [new WrittenAddress(null, words + "@example.org")] }),
        ["name of an attachment"] = words => Written(Mail() with { Attachments = [new WrittenAttachment(words, "application/pdf", () => new MemoryStream([1]))] }),
        ["type of an attachment"] = words => Written(Mail() with { Attachments = [new WrittenAttachment("a", "application/" + words, () => new MemoryStream([1]))] }),
        ["message that is answered"] = words => Written(Mail() with { InReplyTo = words, References = [words] }),
        ["identity of the sender"] = words => Written(Mail() with { From = NamedAddress.Format(words, Owner) }),
        ["subject of a notice"] = words => new PlainMail(Owner, "Info", Address("anna@example.org"), words, "ciao", DateTimeOffset.UnixEpoch, "1@example.test", "auto-replied").Compose(),
        ["display name of a mailbox"] = words => new PlainMail(Owner, words, Address("anna@example.org"), "x", "ciao", DateTimeOffset.UnixEpoch, "1@example.test", "auto-replied").Compose(),
        ["field of a notification"] = words => new PlainMail(Owner, "Info", Address("anna@example.org"), "x", "ciao", DateTimeOffset.UnixEpoch, "1@example.test", "auto-replied")
        {
            Fields = [("Importance", words)],
        }.Compose(),
        ["what another server says"] = words => new DeliveryStatusNotification(
            "mail.example.test", Owner, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, words,
            [new ReportedRecipient(Address("anna@example.org"), $"rfc822;{words}", DsnAction.Failed, "5.1.1", words, words, DateTimeOffset.UnixEpoch, null)],
            new ReturnedContent("Subject: x\r\n\r\n"u8.ToArray(), IsWhole: false), "1@example.test").Compose(),
        ["addheader"] = words => Scripted($"addheader \"X-A\" {Text(words)};"),
        ["replace :subject"] = words => Scripted($"replace :subject {Text(words)} \"x\";"),
        ["replace :from"] = words => Scripted($"replace :from {Text(words + " <anna@example.org>")} \"x\";"),
        ["enclose :subject"] = words => Scripted($"enclose :subject {Text(words)} \"x\";"),
        ["enclose :headers"] = words => Scripted($"enclose :headers {Text(words)} \"x\";"),
    };

    public static TheoryData<string> Names => [.. Places.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Words_begin_no_field(string place)
    {
        var harmless = Fields(Places[place]("x")!);
        foreach (var payload in Payloads)
        {
            if (Places[place](payload) is not { } message)
                continue;
            Fields(message).Should().BeSubsetOf(harmless, payload);
            var read = MimeMessage.Load(new MemoryStream(message), TestContext.Current.CancellationToken);
            read.Bcc!.Count.Should().Be(0, payload);
            read.To!.Mailboxes.Concat(read.Cc!.Mailboxes).Should().NotContain(mailbox => mailbox.Address == "victim@example.org", payload);
        }
    }

    /// <summary>The status of a report has fields of its own, which programs read.</summary>
    [Fact]
    public void Another_servers_words_begin_no_field_of_a_status()
    {
        var harmless = Status(Places["what another server says"]("x")!);
        foreach (var payload in Payloads)
            Status(Places["what another server says"](payload)!).Should().Equal(harmless, payload);
    }

    [Theory]
    [InlineData("redirect {0};")]
    [InlineData("redirect {1};")]
    [InlineData("notify {0};")]
    [InlineData("notify {2};")]
    [InlineData("vacation :from {1} \"x\";")]
    public void Nobody_is_written_to_by_words(string command)
    {
        foreach (var payload in Payloads)
        {
            var script = string.Format(
                System.Globalization.CultureInfo.InvariantCulture, command, Text(payload), Text($"\"{payload}\"@example.org"), Text($"mailto:anna@example.org?subject={Uri.EscapeDataString(payload)}"));
            var outcome = Run(script);
            // An odd address in quotation marks is one, so long as it is one word of one line, and leads where it says.
            var addresses = outcome.Actions.OfType<SieveAction.Redirect>().Select(action => action.Address)
                .Concat(outcome.Actions.OfType<SieveAction.Vacation>().Select(action => action.Answer.From).OfType<EmailAddress>()).ToList();
            addresses.Should().OnlyContain(address => address.Domain == "example.org" && !address.ToWire().Any(char.IsControl), payload);
            addresses.Should().NotContain(Address("victim@example.org"), payload);
            foreach (var notification in outcome.Actions.OfType<SieveAction.Notify>().Select(action => action.Notification))
            {
                notification.To.Should().Equal([Address("anna@example.org")], payload);
                notification.Fields.Should().OnlyContain(field => !field.Value.Contains('\n', StringComparison.Ordinal) && !field.Value.Contains('\r', StringComparison.Ordinal), payload);
            }
        }
    }

    private static WrittenMail Mail() => new("Info <info@example.test>", "x", "ciao", DateTimeOffset.UnixEpoch, "1@example.test")
    {
        To = [new WrittenAddress("Anna", "anna@example.org")],
    };

    private static byte[]? Written(WrittenMail mail)
    {
        using var output = new MemoryStream();
        try
        {
            mail.ComposeAsync(output, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
            return output.ToArray();
        }
        catch (Exception refused) when (refused is ParseException or ArgumentException or FormatException)
        {
            return null;
        }
    }

    private static byte[]? Scripted(string command)
    {
        var outcome = Run(command);
        if (outcome.Failure is not null || outcome.Actions.OfType<SieveAction.Store>().Single().Content is not { } content)
            return null;
        return [.. content.Pieces.SelectMany(piece => piece.Count > 0 ? Original[(int)piece.Offset..(int)(piece.Offset + piece.Count)] : piece.Own.ToArray())];
    }

    private static readonly byte[] Original = "From: anna@example.org\r\nTo: info@example.test\r\nSubject: prima\r\n\r\nciao\r\n"u8.ToArray();

    private static SieveOutcome Run(string command)
    {
        try
        {
            return SieveScript.Compile("require [\"editheader\", \"replace\", \"enclose\", \"enotify\", \"vacation\", \"encoded-character\"]; " + command)
                .Run(SieveMessage.Of(Original), new SieveEnvironment { Recipient = Owner, Owner = Owner, Now = DateTimeOffset.UnixEpoch });
        }
        catch (SieveScriptException refused)
        {
            return SieveOutcome.Failed(refused.Errors[0]);
        }
    }

    /// <summary>A string of the language, whatever is in it.</summary>
    private static string Text(string words) => $"\"${{hex:{string.Join(' ', Encoding.UTF8.GetBytes(words).Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)))}}}\"";

    /// <summary>As the next server cuts the header: at line ends, whichever it takes for one.</summary>
    private static List<string> Fields(byte[] message)
    {
        var header = Encoding.Latin1.GetString(message, 0, HeaderSection.EndOfHeader(message));
        header.Should().NotMatchRegex("\r(?!\n)|(?<!\r)\n|\0");
        return [.. header.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] is not (' ' or '\t')).Select(line => line.Split(':')[0])];
    }

    private static List<string> Status(byte[] report)
    {
        var part = MimeMessage.Load(new MemoryStream(report), TestContext.Current.CancellationToken).BodyParts.OfType<MessageDeliveryStatus>().Single();
        return [.. part.StatusGroups.SelectMany(group => group.Select(field => field.Field))];
    }

    private static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address) ? address : throw new FormatException(text);
}
