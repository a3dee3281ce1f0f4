using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Messages;

namespace Casella.Server.Administration;

/// <param name="Device">Name or number of a device of the mailbox; null for all.</param>
/// <param name="Login">Of a person; null for all.</param>
/// <param name="Change">Number of one change; null for all in the time.</param>
/// <param name="Messages">Message-ID, EMAILID or FOLDER/UID of each; empty for all.</param>
/// <param name="IsTrial">Only says what would be done.</param>
internal sealed record UndoChanges(
    string Address, string? Device, string? Login, long? Change, IReadOnlyList<string> Messages, DateTimeOffset? Since, DateTimeOffset? Until,
    bool IsTrial) : AdminRequest<UndoneView>
{
    protected override async Task<UndoneView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var mail = await context.OpenAsync(Address, cancellationToken);
        var request = new UndoRequest
        {
            Change = Change is { } change ? new ModSeq(change) : null,
            Messages = Messages.Count == 0 ? null : await FindAsync(mail, cancellationToken),
            Since = Since ?? DateTimeOffset.MinValue,
            Until = Until ?? DateTimeOffset.MaxValue,
            IsTrial = IsTrial,
        };
        var result = await context.Office.Care.UndoAsync(Address, Device, Login, request, cancellationToken);
        var persons = await context.People.PersonNamesAsync(cancellationToken);
        return new UndoneView(
            mail.Address.ToString(), IsTrial, result.Change?.Value, result.Restored, result.AlreadySo, result.Folders,
            [.. result.Items.Select(item => new UndoneItemView(item.Way.ToString(), item.What, item.Folder))],
            [.. result.Conflicts.Select(conflict => UndoConflictView.Of(conflict, persons))]);
    }

    private async Task<IReadOnlyCollection<EmailId>> FindAsync(MailAccount mail, CancellationToken cancellationToken)
    {
        var found = new HashSet<EmailId>();
        foreach (var name in Messages)
            found.UnionWith(await ShowStory.FindAsync(mail, name, cancellationToken));
        return found;
    }
}

/// <param name="Change">By which the undo itself can be undone; absent when nothing was changed.</param>
/// <param name="Items">Of messages the first few hundred.</param>
internal sealed record UndoneView(
    string Address, bool IsTrial, long? Change, int Restored, int AlreadySo, IReadOnlyList<string> Folders, IReadOnlyList<UndoneItemView> Items,
    IReadOnlyList<UndoConflictView> Conflicts);

/// <param name="What">Subject of a message or name of a folder.</param>
internal sealed record UndoneItemView(string Way, string What, string? Folder);

/// <param name="What">Subject of a message or name of a folder.</param>
/// <param name="By">Device that has changed it since.</param>
/// <param name="Person">Whose device that is; absent for the common password, the server and the office.</param>
internal sealed record UndoConflictView(string What, string Obstacle, string? By, string? Person, DateTimeOffset? At)
{
    public static UndoConflictView Of(UndoConflict conflict, IReadOnlyDictionary<PersonId, string> persons) => new(
        conflict.What, conflict.Obstacle.ToString(), conflict.By?.Name, conflict.By?.Person is { } person ? persons.GetValueOrDefault(person) : null,
        conflict.At);
}
