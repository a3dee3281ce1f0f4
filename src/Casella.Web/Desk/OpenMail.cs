using Casella.Core.Changes.History;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Work;
using Casella.Web.Reading;

namespace Casella.Web.Desk;

/// <summary>The message that is being read.</summary>
internal sealed record OpenMail(MailKey Key, Placement Placement, StoredMail Mail)
{
    /// <summary>The words, where the message is plain or is wanted plain.</summary>
    public string? Text { get; init; }

    public WorkState Work { get; init; } = WorkState.New;

    /// <summary>Null until it is asked for.</summary>
    public MessageStory? Story { get; init; }

    /// <summary>The conversation it is of; null where messages are shown one by one.</summary>
    public OpenConversation? Conversation { get; init; }

    /// <summary>Its row in the list.</summary>
    public MailKey Row => Conversation?.Row ?? Key;

    public bool WithPictures { get; init; }

    /// <summary>There are pictures to be asked for.</summary>
    public bool HasRemotePictures { get; init; }

    public bool AsPlain { get; init; }

    /// <summary>What is known of who wrote it.</summary>
    public SenderTrust Trust { get; init; } = SenderTrust.Nothing;

    /// <summary>What a certified mail says of itself, with the number of the original message among the attachments.</summary>
    public (Formats.Documents.CertifiedMail Facts, int? Original)? Certified { get; init; }

    /// <summary>The folder it is in.</summary>
    public required MailboxInfo Folder { get; init; }

    public bool IsDraft => Folder.SpecialUse is SpecialUse.Drafts;

    /// <summary>One of the mailbox's templates.</summary>
    public bool IsTemplate => Writing.TemplateShelf.IsShelf(Folder);

    /// <summary>Address of the frame's document, or null for plain text.</summary>
    public string? Frame => Mail.Parts.HasHtml && !AsPlain ? MailEndpoints.FramePath(Mail.Account.Id, Mail.Email, WithPictures) : null;

    public static async Task<OpenMail?> LoadAsync(Box box, MailKey key, CancellationToken cancellationToken)
    {
        var snapshot = await box.Account.GetSnapshotAsync(key.Mailbox, cancellationToken);
        if (snapshot.IndexOf(key.Uid) is not (>= 0 and var at) || box.Tree.Find(key.Mailbox) is not { } folder)
            return null;
        var placement = snapshot[at];
        var mail = await StoredMail.LoadAsync(box.Account, placement.Email, cancellationToken);
        var trust = folder.SpecialUse is SpecialUse.Sent or SpecialUse.Drafts ? SenderTrust.Nothing : await SenderTrust.ReadAsync(mail, cancellationToken);
        var hasPictures = mail.Parts.HasHtml && await mail.HasRemotePicturesAsync(cancellationToken);
        return new OpenMail(key, placement, mail)
        {
            Folder = folder,
            Text = mail.Parts.HasHtml ? null : await mail.ReadTextAsync(cancellationToken),
            Trust = trust,
            HasRemotePictures = hasPictures,
            WithPictures = hasPictures && folder.SpecialUse is not SpecialUse.Junk
                && (await TrustedPictures.ReadAsync(box.Account, cancellationToken)).Shows(Correspondent.FirstOf(mail.Envelope.From)?.Address ?? "", trust.Proof),
            Work = await box.Account.Work.GetAsync(placement.Email, cancellationToken),
            Certified = await CertifiedAsync(mail, cancellationToken),
        };
    }

    private static async Task<(Formats.Documents.CertifiedMail Facts, int? Original)?> CertifiedAsync(StoredMail mail, CancellationToken cancellationToken)
    {
        const int FactsAtMost = 256 * 1024;
        if (Find("daticert.xml") is not { } index || mail.Parts.Attachments[index].Size > FactsAtMost)
            return null;
        var bytes = await mail.ReadBytesAsync(mail.Parts.Attachments[index].Part, cancellationToken);
        return Formats.Documents.CertifiedMail.TryRead(bytes) is { } facts ? (facts, Find("postacert.eml")) : null;

        int? Find(string name)
        {
            for (var i = 0; i < mail.Parts.Attachments.Count; i++)
                if (string.Equals(mail.Parts.Attachments[i].Name, name, StringComparison.OrdinalIgnoreCase))
                    return i;
            return null;
        }
    }

    /// <summary>The same after a change of the account; null when it is no longer where it was.</summary>
    public async Task<OpenMail?> RefreshedAsync(Box box, CancellationToken cancellationToken)
    {
        if (box.Tree.Find(Key.Mailbox) is not { IsSelectable: true } folder)
            return null;
        var snapshot = await box.Account.GetSnapshotAsync(Key.Mailbox, cancellationToken);
        if (snapshot.IndexOf(Key.Uid) is not (>= 0 and var at))
            return null;
        return this with
        {
            Folder = folder,
            Placement = snapshot[at],
            Work = await box.Account.Work.GetAsync(Placement.Email, cancellationToken),
            Story = Story is null ? null : await box.Account.History.StoryAsync(Placement.Email, cancellationToken),
        };
    }
}
