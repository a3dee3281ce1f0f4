using System.Text;
using AwesomeAssertions;
using Casella.Core.Mailboxes;
using Casella.Formats.Addresses;
using Casella.Formats.AuthenticationResults;
using Casella.Formats.Mime;
using Casella.Formats.Urls;
using Casella.Fuzz.Running;
using Casella.Imap;
using Casella.Imap.Syntax;
using Casella.Pop3;
using Casella.Pop3.Syntax;
using Casella.Smtp;
using Casella.Smtp.Syntax;
using Xunit;

namespace Casella.Fuzz;

/// <summary>
/// Each parser takes any octets: it reads them or says no, in its own words, in little time, and what it has read is in
/// the input.
/// </summary>
public sealed class ParserTests
{
    [Fact]
    public void Messages() => ParserRun.Run("messages", input =>
    {
        var message = MessageParser.Parse(new MemoryStream(input));
        message.Size.Should().Be(input.Length);
        CompactForm.ReadEnvelope(CompactForm.Write(message.Envelope)).Should().NotBeNull();
        var open = new Stack<BodyPart>([CompactForm.ReadStructure(CompactForm.Write(message.Root))]);
        while (open.TryPop(out var part))
        {
            if (part.HeaderOffset < 0 || part.BodyOffset < part.HeaderOffset || part.BodySize < 0 || part.BodyOffset + part.BodySize > input.Length)
                throw new InvalidOperationException($"A part of {part.HeaderOffset}, {part.BodyOffset} and {part.BodySize} octets is not in the message.");
            if (part.Kind == PartKind.Leaf)
                _ = DecodedText.Text(part, input.AsMemory((int)part.BodyOffset, (int)part.BodySize), htmlToText: true);
            foreach (var child in part.Children)
                open.Push(child);
        }
    });

    [Fact]
    public void Header_fields() => ParserRun.Run("header-fields", input =>
    {
        // RFC 2047 words, addresses, dates, ids, parameters: all of them get what may be none of theirs.
        var text = DecodedText.Header(input);
        _ = BaseSubject.Of(text);
        _ = ForwardedSubject.Is(text);
        _ = DecodedText.FoldForSearch(text);
        _ = UnicodeCasemap.Key(text);
        _ = AddressList.Parse(input);
        _ = MessageIds.All(input);
        _ = MessageDate.TryParse(input, out _);
        _ = ParameterizedField.Parse(input);
        _ = MethodResults.Read(input);
        _ = AnsweredMessages.Read(input);
        _ = AnswerableHeader.Read(input);
        _ = ThreadReferences.Read(input);
        _ = SubmittedHeader.Read(input);
        _ = HtmlText.Read(text);
        _ = EmailAddress.TryParse(text, out _);
        _ = SmtpPath.TryParse(input, allowUtf8: true, out _, out _);
    });

    [Fact]
    public void Modified_utf7() => ParserRun.Run("modified-utf7", input =>
    {
        if (ModifiedUtf7.TryDecode(input, out var name))
        {
            ModifiedUtf7.Encode(name).Should().Equal(input, "a name has one spelling");
            _ = MailboxName.TryParse(name, out _);
        }
    });

    [Fact]
    public void Imap_urls() => ParserRun.Run("imap-urls", input =>
    {
        if (!ImapUrl.TryParse(Encoding.Latin1.GetString(input), out var url))
            return;
        ImapUrl.TryParse(url!.ToString(), out var again).Should().BeTrue($"{url} was read once");
        again.Should().Be(url);
        _ = url.Access?.ExpiresAt;
    });

    [Fact]
    public void Imap_commands() => ParserRun.Run("imap-commands", input =>
    {
        foreach (var hasUtf8Names in (bool[])[false, true])
            try
            {
                var parser = new ImapParser(input, null, hasUtf8Names);
                _ = parser.Tag();
                parser.Space();
                if (ImapCommands.Find(ref parser) is not { } row)
                    return;
                _ = row.Parse(ref parser);
                parser.End();
            }
            catch (ImapSyntaxException)
            {
                // Its own words.
            }
    });

    [Fact]
    public void Smtp_commands() => ParserRun.Run("smtp-commands", input =>
    {
        foreach (var role in (SmtpRole[])[SmtpRole.Mx, SmtpRole.Submission])
            try
            {
                var parser = new SmtpParser(input);
                if (SmtpCommands.TryFind(parser.Verb(), role, out var row))
                    _ = row.Parse(ref parser);
            }
            catch (SmtpSyntaxException)
            {
                // Its own words.
            }
    });

    [Fact]
    public void Pop3_commands() => ParserRun.Run("pop3-commands", input =>
    {
        try
        {
            var parser = new Pop3Parser(input);
            if (Pop3Commands.TryFind(parser.Keyword(), out var row))
                _ = row.Parse(ref parser);
        }
        catch (Pop3SyntaxException)
        {
            // Its own words.
        }
    });
}
