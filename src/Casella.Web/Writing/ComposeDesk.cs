using System.Text;
using System.Text.Encodings.Web;
using Casella.Core;
using Casella.Core.Annotations;
using Casella.Core.Messages;
using Casella.Core.Work;
using Casella.Web.Desk;
using Casella.Web.Reading;

namespace Casella.Web.Writing;

/// <summary>The composers that are open on a page, and with what they begin. What is written in them is the browser's.</summary>
internal sealed class ComposeDesk(MailDesk desk, Visit visit, ProposedRecipients proposed, Identities identities)
{
    private const int AtMost = 3;

    private readonly List<ComposeSeed> _open = [];

    public IReadOnlyList<ComposeSeed> Open => _open;

    public async Task NewAsync(Box box) => Show(await SeedAsync(box, new ComposeSeed(NewId(), box)));

    /// <summary>An answer to the message, to its sender or to everybody.</summary>
    public async Task ReplyAsync(Box box, OpenMail open, bool toAll)
    {
        var conversation = await open.Mail.ReadReferencesAsync(withItself: true, desk.Closing);
        var seed = ReplySeed.Reply(box, open.Mail, toAll, conversation) with { Id = NewId() };
        var answer = (await QuotedAsync(seed, open, "QuoteReply")) with { Other = OtherAt(open, box) };
        var all = await identities.ListAsync(desk.Boxes, box, desk.Closing);
        // What came to another address of the mailbox is answered from that one.
        var asked = Correspondent.Of([.. open.Mail.Envelope.To, .. open.Mail.Envelope.Cc]);
        var from = all.FirstOrDefault(one => one.Account == box.Account.Id && asked.Any(to => string.Equals(to.Address, one.Address, StringComparison.OrdinalIgnoreCase)));
        Show(await SeedAsync(box, answer with { From = from?.Address }));
    }

    public async Task ForwardAsync(Box box, OpenMail open)
    {
        var seed = ReplySeed.Forward(box, open.Mail) with { Id = NewId() };
        Show(await SeedAsync(box, await QuotedAsync(seed, open, "QuoteForward")));
    }

    /// <summary>Goes on with a draft, whoever began it.</summary>
    /// <param name="wantsReport">Its writer wanted to be told when it has arrived: no draft says that.</param>
    public async Task ContinueAsync(Box box, OpenMail open, bool wantsReport = false)
    {
        var mail = open.Mail;
        Show(await OpenedAsync(box, mail, ReplySeed.Draft(box, mail, open.Key) with
        {
            From = Correspondent.FirstOf(mail.Envelope.From)?.Address,
            References = await mail.ReadReferencesAsync(withItself: false, desk.Closing),
            WantsReport = wantsReport,
        }));
    }

    /// <summary>A new template; or the open one, to be changed.</summary>
    public async Task TemplateAsync(Box box, OpenMail? open) => Show(open is null
        ? new ComposeSeed(NewId(), box) { IsTemplate = true }
        : (await OpenedAsync(box, open.Mail, ReplySeed.Draft(box, open.Mail, open.Key))) with { IsTemplate = true });

    /// <summary>A new mail that begins with the open template.</summary>
    public async Task FromTemplateAsync(Box box, OpenMail open)
    {
        var template = await OpenedAsync(box, open.Mail, ReplySeed.Draft(box, open.Mail, open.Key) with { Draft = null });
        var signature = await SignatureAsync(box);
        Show(signature.Length == 0 ? template : template with
        {
            Text = $"{template.Text.TrimEnd()}\n\n-- \n{signature}\n",
            Html = template.Html is { } html ? $"{html}<div><br></div><div>-- </div>{string.Concat(signature.Split('\n').Select(line => $"<div>{HtmlEncoder.Default.Encode(line)}</div>"))}" : null,
        });
    }

    private async Task<ComposeSeed> OpenedAsync(Box box, StoredMail mail, ComposeSeed seed) => seed with
    {
        Id = NewId(),
        Text = await mail.ReadTextAsync(desk.Closing),
        Html = mail.Parts.HasHtml ? await SimpleHtml.OfAsync(mail, desk.Closing) : null,
        Proposals = await proposed.ListAsync(visit.Visitor, box.Account, desk.Closing),
        Identities = await identities.ListAsync(desk.Boxes, box, desk.Closing),
    };

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
            Identities = await identities.ListAsync(desk.Boxes, box, desk.Closing),
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
