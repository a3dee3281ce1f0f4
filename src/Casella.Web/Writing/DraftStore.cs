using System.Globalization;
using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Submission;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;
using Casella.Web.Desk;
using Casella.Web.Reading;

namespace Casella.Web.Writing;

/// <summary>
/// Makes messages of what is written: saved into Drafts every few seconds, where every other device sees them, sent
/// through the one Submitter, and called back out of the queue while they wait in it (ADR 0049).
/// </summary>
internal sealed class DraftStore(MailAccounts accounts, Outgoing outgoing, MessageStaging staging, Uploads uploads, TimeProvider time)
{
    /// <summary>Saves it; the one before goes.</summary>
    /// <exception cref="MailException">OverQuota, MessageTooLarge, NoPermission, Unavailable.</exception>
    public async Task<MailKey> SaveAsync(WebVisitor visitor, WrittenDraft draft, CancellationToken cancellationToken)
    {
        var account = await OpenAsync(visitor, draft, cancellationToken);
        var box = new Box(account, SenderOf(visitor, draft));
        await box.RefreshAsync(cancellationToken);
        var drafts = draft.IsTemplate ? await ShelfAsync(box, cancellationToken) : await box.FolderOfAsync(SpecialUse.Drafts, cancellationToken);
        await using var message = await ComposeAsync(visitor, draft, cancellationToken);
        var flags = new FlagNames(draft.IsTemplate ? MessageFlags.Seen : MessageFlags.Draft | MessageFlags.Seen, []);
        var placed = await account.AppendAsync(drafts.Id, [new NewMessage(message, flags, null)], cancellationToken);
        // The new one first: who answers what stays known, and a failure in between leaves two rather than none.
        await RemoveAsync(account, draft, cancellationToken);
        return new MailKey(drafts.Id, placed.Uids[0]);
    }

    /// <exception cref="MailException">NoPermission, Unavailable.</exception>
    public async Task DiscardAsync(WebVisitor visitor, WrittenDraft draft, CancellationToken cancellationToken) =>
        await RemoveAsync(await OpenAsync(visitor, draft, cancellationToken), draft, cancellationToken);

    /// <summary>Sends it, to leave at its time, and its draft goes: all that can be refused is refused here.</summary>
    /// <returns>Its queue id, by which it is called back; null when it has left already.</returns>
    /// <exception cref="MailException">InvalidAddress, and as the Submitter's; then the draft is still there.</exception>
    public async Task<string?> SendAsync(WebVisitor visitor, WrittenDraft draft, CancellationToken cancellationToken)
    {
        var sender = SenderOf(visitor, draft);
        var from = FromOf(draft, sender);
        var recipients = draft.Recipients.Select(Recipient.Require).Select(recipient => recipient.Address).Distinct()
            .Select(address => new SubmissionRecipient(address, draft.WantsReport ? DsnNotify.Success | DsnNotify.Failure | DsnNotify.Delay : null, null)).ToList();
        if (recipients.Count == 0)
            throw new MailException(MailError.InvalidAddress, "no recipient");
        var owner = await outgoing.Submitter.SenderAccountAsync(sender, from, cancellationToken) ?? throw new MailException(MailError.SenderNotAllowed, from.ToString());
        var until = outgoing.LeavesAt(draft.SendAt);
        // The answer to an earlier request may have been lost, and with it that it was sent.
        var id = await outgoing.FindAsync(owner.Id, IdOf(draft, sender), cancellationToken);
        if (id is null)
        {
            await using var message = await ComposeAsync(visitor, draft, cancellationToken);
            // From here on it goes its way, whatever becomes of the browser.
            var request = new SubmissionRequest(sender, from, recipients, message, null, null) { HoldUntil = until };
            id = (await outgoing.Submitter.SubmitAsync(request, CancellationToken.None)).QueueId;
        }

        await RemoveAsync(await OpenAsync(visitor, draft, CancellationToken.None), draft, CancellationToken.None);
        return until is null ? null : id;
    }

    /// <summary>Calls back what waits in the queue, by whoever may send in the name of its mailbox, in whichever browser.</summary>
    /// <param name="id">Its queue id.</param>
    /// <returns>The account that has the draft, and what came of it.</returns>
    /// <exception cref="MailException">NoPermission, Unavailable.</exception>
    public async Task<(AccountId Account, CallBackResult Result)> CallBackAsync(WebVisitor visitor, string id, CancellationToken cancellationToken)
    {
        var owner = await outgoing.Held.OwnerAsync(id, cancellationToken);
        if (visitor.Mailboxes.FirstOrDefault(mailbox => mailbox.Account == owner) is not { } who)
            return (default, new CallBackResult(CallBackOutcome.Left));
        return (who.Account, await outgoing.Held.CallBackAsync(await accounts.OpenAsync(who, cancellationToken), id, cancellationToken));
    }

    /// <summary>What this replaces, from where it is kept and from nowhere else.</summary>
    private static async Task RemoveAsync(MailAccount account, WrittenDraft draft, CancellationToken cancellationToken)
    {
        if (MailKey.Parse(draft.Draft) is not { } key || (await account.GetTreeAsync(cancellationToken)).Find(key.Mailbox) is not { } folder)
            return;
        if (draft.IsTemplate ? !TemplateShelf.IsShelf(folder) : folder.SpecialUse is not SpecialUse.Drafts)
            return;
        await account.ExpungeAsync(key.Mailbox, [key.Uid], onlyDeleted: false, cancellationToken);
    }

    private static async Task<MailboxInfo> ShelfAsync(Box box, CancellationToken cancellationToken)
    {
        if (box.Tree.Find(TemplateShelf.Folder) is { IsSelectable: true } shelf)
            return shelf;
        var made = await box.Account.CreateMailboxAsync(TemplateShelf.Folder, SpecialUse.None, cancellationToken);
        await box.Account.SetSubscribedAsync(TemplateShelf.Folder, subscribed: true, cancellationToken);
        return made;
    }

    /// <summary>An address that is none is the mailbox's own; whether it may be used is asked when it is sent.</summary>
    private static EmailAddress FromOf(WrittenDraft draft, SignedIn sender) =>
        draft.From is { } typed && EmailAddress.TryParse(typed, out var from) ? from : sender.Address;

    private Task<MailAccount> OpenAsync(WebVisitor visitor, WrittenDraft draft, CancellationToken cancellationToken) =>
        accounts.OpenAsync(SenderOf(visitor, draft), cancellationToken);

    private static SignedIn SenderOf(WebVisitor visitor, WrittenDraft draft) =>
        visitor.Mailboxes.FirstOrDefault(mailbox => mailbox.Account.Value == draft.Account) ?? throw new MailException(MailError.NoSuchMailbox);

    private async Task<StagedMessage> ComposeAsync(WebVisitor visitor, WrittenDraft draft, CancellationToken cancellationToken)
    {
        var sender = SenderOf(visitor, draft);
        var id = IdOf(draft, sender);
        var pictures = new WrittenPictures(id);
        var html = draft.Html is { } written ? SimpleHtml.Document(written, pictures) : null;
        var mail = new WrittenMail(NamedAddress.Format(visitor.Person?.Name ?? "", FromOf(draft, sender)), draft.Subject, draft.Text, time.GetLocalNow(), id)
        {
            To = Addresses(draft.To),
            Cc = Addresses(draft.Cc),
            Bcc = Addresses(draft.Bcc),
            Html = html,
            Pictures = await PicturesAsync(visitor, pictures, cancellationToken),
            InReplyTo = draft.InReplyTo,
            References = draft.References,
            Attachments = await FilesAsync(visitor, draft, cancellationToken),
        };
        await using var stage = staging.Begin();
        await mail.ComposeAsync(stage, cancellationToken);
        return await stage.CompleteAsync(cancellationToken);
    }

    /// <summary>The same in every draft of one mail, and in what goes; only words of our own making are taken.</summary>
    private static string IdOf(WrittenDraft draft, SignedIn sender) =>
        draft.MessageId.Length is > 0 and <= 64 && draft.MessageId.All(char.IsAsciiLetterOrDigit)
            ? $"{draft.MessageId}@{sender.Address.Domain}"
            : $"{Guid.NewGuid():N}@{sender.Address.Domain}";

    /// <summary>Of a draft what is an address; an unfinished one stays in the composer.</summary>
    private static IReadOnlyList<WrittenAddress> Addresses(IReadOnlyList<string> texts) =>
        [.. texts.Select(Recipient.Parse).OfType<Recipient>().Select(recipient => new WrittenAddress(recipient.Name, recipient.Address.ToWire()))];

    private async Task<IReadOnlyList<WrittenAttachment>> FilesAsync(WebVisitor visitor, WrittenDraft draft, CancellationToken cancellationToken)
    {
        var files = new List<WrittenAttachment>();
        foreach (var id in draft.Files)
            files.Add(await FileAsync(visitor, id, cancellationToken));
        return files;
    }

    private async Task<IReadOnlyList<WrittenAttachment>> PicturesAsync(WebVisitor visitor, WrittenPictures pictures, CancellationToken cancellationToken)
    {
        var files = new List<WrittenAttachment>();
        foreach (var (id, name) in pictures.Names)
            files.Add(await FileAsync(visitor, id, cancellationToken) with { ContentId = name });
        return files;
    }

    /// <summary>A file that the visitor has sent, or a part of a message that they may read (<see cref="AttachedFile.Id"/>).</summary>
    /// <exception cref="MailException">NoSuchMessage, Unavailable.</exception>
    public async Task<WrittenAttachment> FileAsync(WebVisitor visitor, string id, CancellationToken cancellationToken) =>
        uploads.Find(visitor.Session, id) is { } upload
            ? new WrittenAttachment(upload.Name, upload.MediaType, upload.File.OpenRead)
            : await PartAsync(visitor, id, cancellationToken) ?? throw new MailException(MailError.NoSuchMessage, id);

    private async Task<WrittenAttachment?> PartAsync(WebVisitor visitor, string id, CancellationToken cancellationToken)
    {
        if (id.Split(':') is not ["p", var account, var email, var index]
            || visitor.Mailboxes.FirstOrDefault(mailbox => string.Equals(Text(mailbox.Account.Value), account, StringComparison.Ordinal)) is not { } who
            || !long.TryParse(email, NumberStyles.None, CultureInfo.InvariantCulture, out var message)
            || !int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var at))
            return null;
        var mail = await StoredMail.LoadAsync(await accounts.OpenAsync(who, cancellationToken), new EmailId(message), cancellationToken);
        if (at >= mail.Parts.Attachments.Count)
            return null;
        var part = mail.Parts.Attachments[at];
        var bytes = await mail.ReadBytesAsync(part.Part, cancellationToken);
        return new WrittenAttachment(part.Name ?? Text(at + 1), part.MediaType, () => new MemoryStream(bytes, writable: false));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
