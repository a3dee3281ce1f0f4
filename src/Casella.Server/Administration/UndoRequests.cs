using Casella.Core;
using Casella.Core.Changes;

namespace Casella.Server.Administration;

/// <param name="Device">Name or number of a device of the mailbox; null for all.</param>
/// <param name="Login">Of a person; null for all.</param>
/// <param name="IsTrial">Only says what would be done.</param>
internal sealed record UndoChanges(
    string Address, string? Device, string? Login, DateTimeOffset Since, DateTimeOffset? Until, bool IsTrial) : AdminRequest<UndoneView>
{
    protected override async Task<UndoneView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        DeviceId? device = Device is null ? null : (await context.Devices.FindAsync(Address, Device, cancellationToken)).Id;
        PersonId? person = Login is null ? null : (await context.People.PersonAsync(Login, cancellationToken)).Id;
        var mail = await context.OpenAsync(Address, cancellationToken);
        var result = await mail.UndoAsync(
            new UndoRequest { Device = device, Person = person, Since = Since, Until = Until ?? DateTimeOffset.MaxValue, IsTrial = IsTrial },
            cancellationToken);
        return new UndoneView(
            mail.Address.ToString(), IsTrial, result.Restored, result.AlreadySo, result.Folders,
            [.. result.Conflicts.Select(conflict => new UndoConflictView(conflict.What, conflict.Obstacle.ToString(), conflict.By?.Name, conflict.At))]);
    }
}

internal sealed record UndoneView(
    string Address, bool IsTrial, int Restored, int AlreadySo, IReadOnlyList<string> Folders, IReadOnlyList<UndoConflictView> Conflicts);

/// <param name="What">Subject of a message or name of a folder.</param>
/// <param name="By">Device that has changed it since.</param>
internal sealed record UndoConflictView(string What, string Obstacle, string? By, DateTimeOffset? At);
