using System.Globalization;
using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Web.Desk;
using Casella.Web.Reading;

namespace Casella.Web.Writing;

/// <summary>
/// The templates of a mailbox: messages in its folder "Templates", where Thunderbird keeps its own. So all members have
/// the same ones, who may work there changes them, each change is in the story and can be undone, and another program
/// reads and writes them too.
/// </summary>
internal sealed class TemplateShelf(MailAccounts accounts)
{
    /// <summary>Of a menu; who has more finds them in the folder.</summary>
    private const int ShownAtMost = 100;

    public static MailboxName Folder { get; } = MailboxName.Parse("Templates");

    public static bool IsShelf(MailboxInfo folder) => folder.Name == Folder;

    /// <summary>By name, which is their subject.</summary>
    /// <exception cref="MailException">NoSuchMailbox, NoPermission, Unavailable.</exception>
    public async Task<IReadOnlyList<TemplateName>> ListAsync(WebVisitor visitor, long account, CultureInfo culture, CancellationToken cancellationToken)
    {
        var mail = await OpenAsync(visitor, account, cancellationToken);
        if ((await mail.GetTreeAsync(cancellationToken)).Find(Folder) is not { IsSelectable: true } folder)
            return [];
        var snapshot = await mail.GetSnapshotAsync(folder.Id, cancellationToken);
        var newest = Enumerable.Range(Math.Max(0, snapshot.Count - ShownAtMost), Math.Min(snapshot.Count, ShownAtMost)).Select(at => snapshot[at]).ToList();
        var found = new List<TemplateName>();
        await foreach (var data in mail.ReadAsync(newest, MessageNeeds.Envelope, cancellationToken))
            found.Add(new TemplateName(new MailKey(folder.Id, data.Placement.Uid).ToString(), SubjectOf(data)));
        return [.. found.OrderBy(one => one.Name, StringComparer.Create(culture, ignoreCase: true))];
    }

    /// <summary>What it puts into a mail; null when it is gone.</summary>
    /// <exception cref="MailException">NoSuchMailbox, NoPermission, Unavailable.</exception>
    public async Task<Template?> ReadAsync(WebVisitor visitor, long account, string key, CancellationToken cancellationToken)
    {
        var mail = await OpenAsync(visitor, account, cancellationToken);
        if (MailKey.Parse(key) is not { } wanted || (await mail.GetTreeAsync(cancellationToken)).Find(wanted.Mailbox) is not { } folder || !IsShelf(folder))
            return null;
        var snapshot = await mail.GetSnapshotAsync(folder.Id, cancellationToken);
        if (snapshot.IndexOf(wanted.Uid) is not (>= 0 and var at))
            return null;
        var stored = await StoredMail.LoadAsync(mail, snapshot[at].Email, cancellationToken);
        var html = stored.Parts.HasHtml ? await SimpleHtml.OfAsync(stored, cancellationToken) : null;
        return new Template(stored.Subject, await stored.ReadTextAsync(cancellationToken), html?.Html, ReplySeed.FilesOf(stored, html?.Pictures));
    }

    private async Task<MailAccount> OpenAsync(WebVisitor visitor, long account, CancellationToken cancellationToken) => await accounts.OpenAsync(
        visitor.Mailboxes.FirstOrDefault(mailbox => mailbox.Account.Value == account) ?? throw new MailException(MailError.NoSuchMailbox), cancellationToken);

    private static string SubjectOf(MessageData data) => MailLine.Of(data).Subject;
}

/// <param name="Key">As rows name messages.</param>
internal sealed record TemplateName(string Key, string Name);

/// <param name="Html">Washed; null for a plain one.</param>
internal sealed record Template(string Subject, string Text, string? Html, IReadOnlyList<AttachedFile> Files);
