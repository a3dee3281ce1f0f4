using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Casella.Formats.Setup;

namespace Casella.Formats.Tests.Setup;

/// <summary>What programs of the PACC draft are told, read by a parser that is not ours.</summary>
public sealed class PaccDocumentTests
{
    private static readonly ClientService Imaps = new(ClientProtocol.Imap, 993, ClientTls.Implicit);
    private static readonly ClientService Submissions = new(ClientProtocol.Submission, 465, ClientTls.Implicit);

    [Fact]
    public void Services_at_their_usual_ports_are_named_and_the_others_are_not()
    {
        var settings = new ClientSettings(
            "mail.example.org", [Imaps, Submissions, new(ClientProtocol.Pop3, 10_995, ClientTls.Implicit), new(ClientProtocol.Submission, 587, ClientTls.StartTls)]);

        var document = PaccDocument.Write("example.org", settings, "/help", 443)!;

        JsonDocument.Parse(document).RootElement.GetRawText().Should().Be(
            """
            {"protocols":{"imap":{"host":"mail.example.org"},"submit":{"host":"mail.example.org"}},
            "authentication":{"password":true},
            "info":{"provider":{"name":"example.org"},"help":{"documentation":"https://mail.example.org/help"}}}
            """.ReplaceLineEndings(""));
        PaccDocument.Digest(document).Should().Be($"v=UAAC1; a=sha256; d={Convert.ToBase64String(SHA256.HashData(document))}");
        PaccDocument.Write("example.org", settings, "/help", 443).Should().Equal(document, "DNS vouches for these very octets");
    }

    [Fact]
    public void Nothing_at_a_usual_port_is_no_document()
    {
        PaccDocument.Write("example.org", new ClientSettings("mail.example.org", [new(ClientProtocol.Imap, 143, ClientTls.StartTls)]), "/help", 443).Should().BeNull();
        PaccDocument.Write("example.org", new ClientSettings("mail.example.org", [Imaps]), "/help", httpsPort: null).Should().BeNull();
    }

    [Fact]
    public void A_name_is_no_longer_than_the_draft_allows()
    {
        var document = PaccDocument.Write($"{new string('a', 63)}.example.org", new ClientSettings("mail.example.org", [Imaps]), "/help", 10_443)!;

        JsonDocument.Parse(document).RootElement.GetProperty("info").GetProperty("provider").GetProperty("name").GetString().Should().HaveLength(60);
        Encoding.UTF8.GetString(document).Should().Contain("https://mail.example.org:10443/help");
    }
}
