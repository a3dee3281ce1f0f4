using System.Text;
using Casella.Formats.Sieve;
using MimeKit;

namespace Casella.Formats.Tests.Sieve;

/// <summary>replace and enclose (RFC 5703 §5, §6): what the message is afterwards, octet for octet where nobody wrote.</summary>
public sealed class SieveEditsTests
{
    private const string Executable =
        "From: anna@example.org\r\nTo: info@example.test\r\nSubject: Il programma\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"outer\"\r\n\r\n"
        + "Prologue.\r\n--outer\r\nContent-Type: text/plain\r\n\r\nEcco il programma.\r\n--outer\r\nContent-Type: application/octet-stream; name=\"gioco.com\"\r\n"
        + "Content-Disposition: attachment; filename=\"gioco.com\"\r\nContent-Transfer-Encoding: base64\r\n\r\nTVqQAAMAAAA=\r\n--outer\r\n\r\n--outer--\r\nEpilogue.\r\n";

    [Fact]
    public void An_attachment_is_replaced_and_the_rest_stays_octet_for_octet()
    {
        // RFC 5703 §9.1.
        var edited = Edited(
            """
            require [ "foreverypart", "mime", "replace" ];
            foreverypart
            {
              if anyof (
                     header :mime :contenttype :is
                       "Content-Type" "application/exe",
                     header :mime :param "filename"
                       :matches ["Content-Type", "Content-Disposition"] "*.com" )
              {
                replace "Executable attachment removed by user filter";
              }
            }
            """,
            Executable);

        var (begin, end) = (Executable.IndexOf("Content-Type: application", StringComparison.Ordinal), Executable.IndexOf("\r\n--outer\r\n\r\n--outer--", StringComparison.Ordinal));
        edited.Should().StartWith(Executable[..begin]).And.EndWith(Executable[end..]);
        var message = Read(edited);
        message.BodyParts.OfType<TextPart>().Select(part => part.Text.TrimEnd()).Should().Contain("Executable attachment removed by user filter");
        edited.Should().NotContain("gioco.com").And.NotContain("TVqQ");
    }

    [Fact]
    public void A_message_is_enclosed_with_a_warning()
    {
        // RFC 5703 §9.2.
        var edited = Edited(
            """
            require [ "foreverypart", "mime", "enclose" ];
            foreverypart
            {
              if header :mime :param "filename"
                 :matches ["Content-Type", "Content-Disposition"]
                   ["*.com", "*.exe", "*.vbs", "*.scr",
                    "*.pif", "*.hta", "*.bat", "*.zip" ]
              {
                # these attachment types are executable
                enclose :subject "Warning" text:
            WARNING! The enclosed message contains executable attachments.
            .
            ;
                break;
              }
            }
            """,
            Executable);

        edited.Should().Contain("\r\n\r\n" + Executable + "\r\n--=_", "what is enclosed stays octet for octet");
        var message = Read(edited);
        message.Subject.Should().Be("Warning");
        message.From.ToString().Should().Be("info@example.test");
        message.Date.Should().Be(DateTimeOffset.UnixEpoch);
        message.MessageId.Should().EndWith("@example.test");
        var parts = message.Body.Should().BeOfType<Multipart>().Subject;
        parts.Should().HaveCount(2);
        parts[0].Should().BeOfType<TextPart>().Which.Text.Should().StartWith("WARNING!");
        parts[1].Should().BeOfType<MessagePart>().Which.Message!.Subject.Should().Be("Il programma");
    }

    [Fact]
    public void The_whole_message_keeps_its_other_fields()
    {
        var edited = Edited("require \"replace\"; replace :subject \"Già letto\" :from \"Società <soci@example.org>\" \"Perché no.\";", Executable);

        edited.Should().StartWith("From: ").And.Contain("\r\nOriginal-From: anna@example.org\r\n").And.Contain("\r\nOriginal-Subject: Il programma\r\n")
            .And.Contain("\r\nTo: info@example.test\r\n").And.NotContain("multipart").And.NotContain("Epilogue");
        Encoding.UTF8.GetByteCount(edited).Should().Be(edited.Length, "all of it is ASCII");
        var message = Read(edited);
        message.Subject.Should().Be("Già letto");
        message.From!.Mailboxes.Single().Name.Should().Be("Società");
        message.TextBody!.TrimEnd().Should().Be("Perché no.");
    }

    [Fact]
    public void The_original_fields_are_nobodys_to_write()
    {
        var edited = Edited(
            "require [\"replace\", \"editheader\"]; replace :subject \"Nuovo\" \"x\"; deleteheader \"Original-Subject\"; addheader \"Original-From\" \"y\";", Executable);
        edited.Should().Contain("Original-Subject: Il programma").And.NotContain("Original-From");
    }

    [Fact]
    public void An_entity_is_taken_with_its_own_type()
    {
        var message = Read(Edited(
            "require [\"replace\", \"foreverypart\", \"mime\"]; foreverypart { if header :mime :subtype \"content-type\" \"octet-stream\" { "
            + "replace :mime \"Content-Type: text/html; charset=utf-8\r\nSubject: x\r\n\r\n<p>Tolto: è un programma.</p>\"; } }", Executable));
        message.BodyParts.OfType<TextPart>().Should().ContainSingle(part => part.IsHtml).Which.Text.Should().Contain("Tolto: è un programma.");
    }

    [Fact]
    public void A_part_without_a_body_gets_one()
    {
        var message = Read(Edited(
            "require [\"replace\", \"foreverypart\", \"mime\"]; foreverypart { if not exists :mime \"content-type\" { replace \"Era vuoto.\"; } }", Executable));
        message.BodyParts.OfType<TextPart>().Select(part => part.Text.Trim()).Should().Equal("Ecco il programma.", "Era vuoto.");
        message.BodyParts.Should().HaveCount(3);
    }

    [Fact]
    public void Text_that_looks_like_a_boundary_is_only_text()
    {
        var message = Read(Edited(
            "require [\"replace\", \"foreverypart\", \"mime\"]; foreverypart { if header :mime :subtype \"content-type\" \"octet-stream\" { replace \"uno\r\n--outer--\r\ndue\"; } }",
            Executable));
        message.BodyParts.Should().HaveCount(3);
        message.BodyParts.OfType<TextPart>().Should().Contain(part => part.Text.Contains("--outer--", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("require [\"replace\", \"foreverypart\", \"mime\"]; foreverypart { if header :mime :subtype \"content-type\" \"octet-stream\" { replace :mime \"\r\nx\r\n--outer--\r\n\"; } }", "BoundaryInside")]
    [InlineData("require [\"replace\", \"variables\"]; set \"a\" \"niente\"; replace :from \"${a}\" \"x\";", "BadAddressList")]
    [InlineData("require [\"replace\", \"encoded-character\"]; replace :subject \"a${hex:0d 0a}Bcc: b@example.org\" \"x\";", "BadFieldValue")]
    [InlineData("require [\"enclose\", \"variables\"]; set \"a\" \"b:\"; enclose :headers \"${a}\" \"x\";", "BadFieldName")]
    public void What_cannot_be_keeps_the_message_as_it_came(string script, string failure)
    {
        var outcome = Run(script, Executable);
        outcome.Failure!.Name.Should().Be(failure);
        outcome.Actions.Should().ContainSingle().Which.Should().BeOfType<SieveAction.Store>().Which.Content.Should().BeNull();
    }

    [Theory]
    [InlineData("require \"replace\"; replace :mime :subject \"a\" \"\r\nx\";", "TagsExclude")]
    [InlineData("require \"replace\"; replace :mime \"nessun campo\";", "BadMime")]
    [InlineData("require \"replace\"; replace :from \"niente\" \"x\";", "BadAddressList")]
    [InlineData("require \"enclose\"; enclose :headers [\"To\", \"a b\"] \"x\";", "BadFieldName")]
    [InlineData("enclose \"x\";", "NotRequired")]
    public void Mistakes_are_found_before_a_message_comes(string script, string failure) =>
        ((Action)(() => SieveScript.Compile(script))).Should().Throw<SieveScriptException>().Which.Errors[0].Name.Should().Be(failure);

    [Fact]
    public void Redirect_sends_what_is_replaced_and_not_what_is_enclosed()
    {
        var outcome = Run(
            "require [\"replace\", \"enclose\", \"fileinto\", \"copy\"]; fileinto :copy \"Prima\"; replace \"Nuovo testo.\"; enclose :headers [\"To\", \"Message-ID\"] \"Guarda.\"; "
            + "redirect :copy \"luca@example.org\"; keep;", Executable);

        var stores = outcome.Actions.OfType<SieveAction.Store>().ToList();
        stores[0].Content.Should().BeNull("it was filed before");
        var sentOn = Text(outcome.Actions.OfType<SieveAction.Redirect>().Single().Content!, Executable);
        sentOn.Should().Contain("Nuovo testo.").And.NotContain("Guarda.");
        var kept = Read(Text(stores[1].Content!, Executable));
        kept.To!.ToString().Should().Be("info@example.test");
        kept.Subject.Should().Be("Il programma");
        kept.Body.Should().BeOfType<Multipart>().Which[1].Should().BeOfType<MessagePart>().Which.Message!.TextBody!.Trim().Should().Be("Nuovo testo.");
    }

    [Fact]
    public void Tests_see_the_message_as_it_is_now()
    {
        var outcome = Run(
            """
            require ["enclose", "foreverypart", "mime", "fileinto", "body", "editheader"];
            addheader "X-Visto" "uno";
            foreverypart {
              if header :mime :subtype "content-type" "octet-stream" { enclose :subject "Dentro" "Guarda."; }
              # The loop goes on where it was.
              if not exists :mime "content-type" { fileinto "Ultimo"; }
            }
            if header "subject" "Dentro" { fileinto "Oggetto"; }
            if exists "x-visto" { fileinto "No"; }
            if body :text :contains "guarda" { fileinto "Testo"; }
            if header :mime :anychild :contenttype "content-type" "message/rfc822" { fileinto "Struttura"; }
            """, Executable);
        outcome.Failure.Should().BeNull();
        outcome.Actions.OfType<SieveAction.Store>().Select(store => store.Mailbox!.Name).Should().Equal("Ultimo", "Oggetto", "Testo", "Struttura");
        Text(((SieveAction.Store)outcome.Actions[0]).Content!, Executable).Should().Contain("X-Visto: uno", "what was added before is inside");
    }

    [Fact]
    public void Enclosing_twice_encloses_twice()
    {
        var message = Read(Edited("require \"enclose\"; enclose :subject \"Uno\" \"a\"; enclose :subject \"Due\" \"b\";", Executable));
        message.Subject.Should().Be("Due");
        var inner = message.Body.Should().BeOfType<Multipart>().Which[1].Should().BeOfType<MessagePart>().Which.Message!;
        inner.Subject.Should().Be("Uno");
        inner.Body.Should().BeOfType<Multipart>().Which[1].Should().BeOfType<MessagePart>().Which.Message!.Subject.Should().Be("Il programma");
    }

    [Fact]
    public void A_message_inside_keeps_its_sender()
    {
        var forwarded = "Subject: Inoltro\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: luca@example.net\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n--b--\r\n";
        var edited = Edited("require [\"replace\", \"foreverypart\", \"mime\"]; foreverypart { if header :mime :subtype \"content-type\" \"html\" { replace \"Senza HTML.\"; } }", forwarded);
        var inner = Read(edited).BodyParts.OfType<MessagePart>().Single().Message!;
        inner.From.ToString().Should().Be("luca@example.net");
        inner.TextBody!.TrimEnd().Should().Be("Senza HTML.");
    }

    private static SieveOutcome Run(string script, string message) =>
        SieveScript.Compile(script).Run(SieveMessage.Of(Encoding.UTF8.GetBytes(message)), new SieveEnvironment
        {
            Recipient = SieveCaseTests.Address("info@example.test"),
            Owner = SieveCaseTests.Address("info@example.test"),
            Now = DateTimeOffset.UnixEpoch,
        });

    private static string Edited(string script, string message)
    {
        var outcome = Run(script, message);
        outcome.Failure.Should().BeNull();
        var content = outcome.Actions.Should().ContainSingle().Which.Should().BeOfType<SieveAction.Store>().Which.Content;
        return Text(content!, message);
    }

    private static string Text(SieveContent content, string original)
    {
        var bytes = Encoding.UTF8.GetBytes(original);
        using var text = new MemoryStream();
        foreach (var piece in content.Pieces)
            text.Write(piece.Count > 0 ? bytes.AsSpan((int)piece.Offset, (int)piece.Count) : piece.Own.Span);
        text.Length.Should().Be(content.Size);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static MimeMessage Read(string text) => MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(text)));
}
