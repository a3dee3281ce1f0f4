using System.Text.Encodings.Web;
using Casella.Core.Work;
using Casella.Web.Desk;
using Casella.Web.Reading;

namespace Casella.Web.Writing;

/// <summary>The composers that are open on a page, and with what they begin. What is written in them is the browser's.</summary>
internal sealed class ComposeDesk(MailDesk desk, Visit visit, ProposedRecipients proposed, Identities identities)
{
    private const int AtMost = 3;

    /// <summary>Characters of HTML that somebody can still write in; a newsletter beyond that is quoted as text.</summary>
    private const int RichAtMost = 400_000;

    private readonly List<ComposeSeed> _open = [];

    public IReadOnlyList<ComposeSeed> Open => _open;

    public async Task NewAsync(Box box) => Show(await SeedAsync(box, new ComposeSeed(NewId(), box)));

    /// <summary>An answer to the message, to its sender or to everybody.</summary>
    public async Task ReplyAsync(Box box, OpenMail open, bool toAll)
    {
        var conversation = await open.Mail.ReadReferencesAsync(withItself: true, desk.Closing);
        var own = await identities.AddressesAsync(box, desk.Closing);
        var seed = ReplySeed.Reply(box, open.Mail, toAll, own, conversation) with { Id = NewId(), Other = OtherAt(open, box) };
        // What came to another address of the mailbox is answered from that one.
        var asked = Correspondent.Of([.. open.Mail.Envelope.To, .. open.Mail.Envelope.Cc]);
        var from = own.FirstOrDefault(address => asked.Any(to => string.Equals(to.Address, address, StringComparison.OrdinalIgnoreCase)));
        Show(await SeedAsync(box, await QuotedAsync(seed with { From = from }, open, "QuoteReply")));
    }

    public async Task ForwardAsync(Box box, OpenMail open)
    {
        var seed = await QuotedAsync(ReplySeed.Forward(box, open.Mail) with { Id = NewId() }, open, "QuoteForward");
        Show(await SeedAsync(box, seed with { Files = ReplySeed.FilesOf(open.Mail, seed.InText) }));
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
        var signature = template.Chosen?.Signature ?? "";
        Show(signature.Length == 0 ? template : template with
        {
            Text = $"{template.Text.TrimEnd()}\n{Signatures.Below(signature)}",
            Html = template.Html is { } html ? html + Signatures.HtmlBelow(signature) : null,
        });
    }

    private async Task<ComposeSeed> OpenedAsync(Box box, StoredMail mail, ComposeSeed seed)
    {
        var html = mail.Parts.HasHtml ? await SimpleHtml.OfAsync(mail, desk.Closing) : null;
        return await WithPeopleAsync(box, seed with
        {
            Id = NewId(),
            Text = await mail.ReadTextAsync(desk.Closing),
            Html = html?.Html,
            Files = ReplySeed.FilesOf(mail, html?.Pictures),
        });
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
        var known = await WithPeopleAsync(box, seed);
        var signature = known.Chosen?.Signature ?? "";
        return known with
        {
            Text = signature.Length == 0 ? known.Text : $"\n{Signatures.Below(signature)}{known.Text}",
            Html = known.Html is { } html ? $"<div><br></div>{Signatures.HtmlBelow(signature)}{html}" : null,
        };
    }

    private async Task<ComposeSeed> WithPeopleAsync(Box box, ComposeSeed seed) => seed with
    {
        Proposals = await proposed.ListAsync(visit.Visitor, box.Account, desk.Closing),
        Identities = await identities.ListAsync(desk.Boxes, box, desk.Closing),
    };

    /// <summary>What somebody else is doing with the same message, to be said before a second answer.</summary>
    private static WorkState? OtherAt(OpenMail open, Box box) =>
        open.Work is { Step: WorkStep.InProgress, By: { } by } && (by.Person != box.Account.Actor.Person || by.Person is null) && by != box.Account.Actor
            ? open.Work
            : null;

    /// <summary>An answer to a rich mail is rich, and one to a plain mail, or to one that is read as plain, plain.</summary>
    private async Task<ComposeSeed> QuotedAsync(ComposeSeed seed, OpenMail open, string opening)
    {
        var mail = open.Mail;
        var from = Correspondent.FirstOf(mail.Envelope.From);
        var date = visit.Words.LongTime(DateTimeOffset.FromUnixTimeSeconds(open.Placement.ReceivedAt), visit.Zone);
        var intro = visit.Words[opening, date, from?.Short ?? "", mail.Subject, string.Join(", ", Correspondent.Of(mail.Envelope.To).Select(one => one.Short))];
        var quoted = seed with { Text = $"\n\n{intro}\n{ReplySeed.Quote(await mail.ReadTextAsync(desk.Closing))}" };
        if (!mail.Parts.HasHtml || open.AsPlain || await SimpleHtml.OfAsync(mail, desk.Closing) is not { Html.Length: > 0 and <= RichAtMost } html)
            return quoted;
        var lines = string.Concat(intro.Trim().Split('\n').Select(line => $"<div>{(line.Trim().Length == 0 ? "<br>" : HtmlEncoder.Default.Encode(line.Trim()))}</div>"));
        return quoted with { Html = $"<div><br></div>{lines}<blockquote>{html.Html}</blockquote>", InText = html.Pictures };
    }

    private static string NewId() => Guid.NewGuid().ToString("N");
}
