using Casella.Core;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Server.Administration;

/// <param name="Message">EMAILID, Message-ID, or FOLDER/UID; null for a folder.</param>
/// <param name="Folder">Null for a message.</param>
/// <param name="Before">Of the folder only what was received earlier.</param>
/// <param name="IsTrial">Only says what would be done.</param>
internal sealed record DestroyMessages(string Address, string? Message, string? Folder, DateTimeOffset? Before, bool IsTrial) : AdminRequest<DestroyedView>
{
    protected override async Task<DestroyedView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var mail = await context.OpenAsync(Address, cancellationToken);
        var folder = Folder is null ? null : MailboxName.Parse(Folder);
        var (messages, titles) = folder is null
            ? await NamedAsync(mail, Message!, cancellationToken)
            : (await mail.Destruction.FindAsync(folder, Before, cancellationToken), []);
        if (IsTrial)
            return new DestroyedView(mail.Address.ToString(), IsTrial, messages.Count, 0, titles);
        var destroyed = await context.Office.Care.DestroyAsync(Address, messages, folder, cancellationToken);
        return new DestroyedView(mail.Address.ToString(), IsTrial, destroyed.Destroyed, destroyed.LeftElsewhere, titles);
    }

    /// <summary>With titles for the question; without those that are gone already.</summary>
    private static async Task<(IReadOnlyList<EmailId> Messages, IReadOnlyList<string> Titles)> NamedAsync(
        MailAccount mail, string name, CancellationToken cancellationToken)
    {
        var (messages, titles) = (new List<EmailId>(), new List<string>());
        foreach (var message in await ShowStory.FindAsync(mail, name, cancellationToken))
            if (await mail.History.StoryAsync(message, cancellationToken) is { ObjectId: not null } story)
            {
                messages.Add(message);
                titles.Add(story.Subject is { Length: > 0 } subject ? $"\"{subject}\"" : "a message without subject");
            }

        return (messages, titles);
    }
}

/// <param name="Messages">That are gone for good, or would be.</param>
/// <param name="LeftElsewhere">That were in another folder too, and are still there.</param>
/// <param name="Titles">Subjects, where single messages were named.</param>
internal sealed record DestroyedView(string Address, bool IsTrial, int Messages, int LeftElsewhere, IReadOnlyList<string> Titles);
