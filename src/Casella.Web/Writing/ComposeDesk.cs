using System.Text;
using Casella.Core;
using Casella.Core.Annotations;
using Casella.Core.Messages;
using Casella.Core.Work;
using Casella.Formats.Mime;
using Casella.Web.Desk;
using Casella.Web.Reading;

namespace Casella.Web.Writing;

/// <summary>The composers that are open on a page, and with what they begin. What is written in them is the browser's.</summary>
internal sealed class ComposeDesk(MailDesk desk, Visit visit, ProposedRecipients proposed)
{
    private const int AtMost = 3;

    private readonly List<ComposeSeed> _open = [];

    public IReadOnlyList<ComposeSeed> Open => _open;

    public async Task NewAsync(Box box) => Show(await SeedAsync(box, new ComposeSeed(NewId(), box)));

    /// <summary>An answer to the message, to its sender or to everybody.</summary>
    public async Task ReplyAsync(Box box, OpenMail open, bool toAll)
    {
        var conversation = await open.Mail.ReadReferencesAsync(desk.Closing);
        var seed = ReplySeed.Reply(box, open.Mail, toAll, conversation) with { Id = NewId() };
        Show(await SeedAsync(box, (await QuotedAsync(seed, open, "QuoteReply")) with { Other = OtherAt(open, box) }));
    }

    public async Task ForwardAsync(Box box, OpenMail open)
    {
        var seed = ReplySeed.Forward(box, open.Mail) with { Id = NewId() };
        Show(await SeedAsync(box, await QuotedAsync(seed, open, "QuoteForward")));
    }

    /// <summary>Goes on with a draft, whoever began it.</summary>
    public async Task ContinueAsync(Box box, OpenMail open)
    {
        var mail = open.Mail;
        var html = mail.Parts.HasHtml ? await HtmlAsync(mail) : null;
        var seed = ReplySeed.Draft(box, mail, open.Key) with { Id = NewId(), Text = await mail.ReadTextAsync(desk.Closing), Html = html };
        Show(seed with { Proposals = await proposed.ListAsync(visit.Visitor, box.Account, desk.Closing) });
    }

    public void Close(string id)
    {
        _open.RemoveAll(seed => string.Equals(seed.Id, id, StringComparison.Ordinal));
        desk.Tell();
    }

    private void Show(ComposeSeed seed)
    {
        if (_open.Count >= AtMost)
            _open.RemoveAt(0);
        _open.Add(seed);
        desk.Tell();
    }

    private async Task<ComposeSeed> SeedAsync(Box box, ComposeSeed seed)
    {
        var signature = await SignatureAsync(box);
        return seed with
        {
            Proposals = await proposed.ListAsync(visit.Visitor, box.Account, desk.Closing),
            Text = signature.Length == 0 ? seed.Text : $"\n\n-- \n{signature}\n{seed.Text}",
        };
    }

    /// <summary>What somebody else is doing with the same message, to be said before a second answer.</summary>
    private static WorkState? OtherAt(OpenMail open, Box box) =>
        open.Work is { Step: WorkStep.InProgress, By: { } by } && (by.Person != box.Account.Actor.Person || by.Person is null) && by != box.Account.Actor
            ? open.Work
            : null;

    public Task<string> SignatureAsync(Box box) => Signatures.ReadAsync(box.Account, desk.Closing);

    private async Task<ComposeSeed> QuotedAsync(ComposeSeed seed, OpenMail open, string opening)
    {
        var mail = open.Mail;
        var from = Correspondent.FirstOf(mail.Envelope.From);
        var date = visit.Words.LongTime(DateTimeOffset.FromUnixTimeSeconds(open.Placement.ReceivedAt), visit.Zone);
        var intro = visit.Words[opening, date, from?.Short ?? "", mail.Subject, string.Join(", ", Correspondent.Of(mail.Envelope.To).Select(one => one.Short))];
        var text = await mail.ReadTextAsync(desk.Closing);
        return seed with { Text = $"\n\n{intro}\n{ReplySeed.Quote(text)}" };
    }

    private async Task<string> HtmlAsync(StoredMail mail)
    {
        var html = new StringBuilder();
        await using var content = await mail.Account.OpenAsync(mail.Email, desk.Closing);
        foreach (var part in mail.Parts.Body.Select(piece => piece.Html).OfType<BodyPart>())
            html.Append(SimpleHtml.Wash(DecodedText.Text(part, await content.ReadAsync(part.BodyOffset, part.BodySize, desk.Closing), htmlToText: false)));
        return html.ToString();
    }

    private static string NewId() => Guid.NewGuid().ToString("N");
}

/// <summary>The signature of a person in a mailbox: an annotation of their own, which other programs may read too.</summary>
internal static class Signatures
{
    private static readonly AnnotationEntry Entry = AnnotationEntry.Parse("/private/vendor/casella/signature");

    public static async Task<string> ReadAsync(MailAccount account, CancellationToken cancellationToken)
    {
        var all = await account.Annotations.ReadAsync(null, cancellationToken);
        return all.FirstOrDefault(one => one.Entry == Entry).Value is { } value ? Encoding.UTF8.GetString(value.Span) : "";
    }

    /// <exception cref="MailException">AnnotationTooLarge.</exception>
    public static Task WriteAsync(MailAccount account, string text, CancellationToken cancellationToken)
    {
        var clean = text.ReplaceLineEndings("\n").Trim();
        // Typed: an array that is null would become an empty value, which is kept, where none removes it.
        var value = clean.Length == 0 ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(clean);
        return account.Annotations.SetAsync(null, [new Annotation(Entry, value)], cancellationToken);
    }
}
