using System.Globalization;
using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Repairs;

namespace Casella.Core.Office;

/// <summary>Help inside a mailbox, without reading it: what somebody did is taken back, folders are merged, scripts are put right.</summary>
public sealed class OfficeCare
{
    private readonly OfficeWork _work;

    internal OfficeCare(OfficeWork work) => _work = work;

    /// <summary>Takes back what a device or a person did.</summary>
    /// <param name="device">Name or number; null for all.</param>
    /// <param name="login">Null for all.</param>
    /// <param name="request">Its device and person are those that are named here.</param>
    public Task<UndoResult> UndoAsync(string address, string? device, string? login, UndoRequest request, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.UndoChanges,
        OfficeSubject.OfAddress(address) with { Detail = Words(device, login, request) },
        async _ =>
        {
            var mail = await _work.OpenAsync(address, cancellationToken);
            return await mail.UndoAsync(
                request with
                {
                    Device = device is null ? request.Device : (await _work.Parts.Devices.FindAsync(address, device, cancellationToken)).Id,
                    Person = login is null ? request.Person : (await _work.Parts.People.PersonAsync(login, cancellationToken)).Id,
                },
                cancellationToken);
        },
        cancellationToken);

    /// <summary>Lets messages go for good; nothing brings them back.</summary>
    /// <param name="onlyIn">What is in another folder too stays there.</param>
    public Task<DestroyResult> DestroyAsync(string address, IReadOnlyList<EmailId> messages, MailboxName? onlyIn, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.DestroyMail,
        OfficeSubject.OfAddress(address) with { Detail = string.Create(CultureInfo.InvariantCulture, $"messages={messages.Count}{(onlyIn is null ? "" : $" folder={onlyIn.Value}")}") },
        async _ => await (await _work.OpenAsync(address, cancellationToken)).Destruction.DestroyAsync(messages, onlyIn, cancellationToken),
        cancellationToken);

    /// <summary>Merges folders that programs have doubled.</summary>
    public Task<IReadOnlyList<DoubledFolder>> HealAsync(string address, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.HealFolders,
        OfficeSubject.OfAddress(address),
        async _ => await (await _work.OpenAsync(address, cancellationToken)).Care.HealAsync(cancellationToken),
        cancellationToken);

    /// <summary>Mends what a disk or a power cut has damaged. A trial only looks, and is written down too: it reads all mail.</summary>
    public Task<RepairOutcome> RepairAsync(string address, bool isTrial, Action<string> tell, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.RepairMailbox,
        OfficeSubject.OfAddress(address) with { Detail = isTrial ? "trial" : "" },
        _ => _work.Parts.Repairs.RunAsync(address, isTrial, tell, cancellationToken),
        cancellationToken);

    /// <param name="content">Of which somebody has made sure that it is a script.</param>
    public Task PutScriptAsync(string address, string name, string content, bool activate, CancellationToken cancellationToken) => FilterAsync(
        address,
        $"put={name}{(activate ? " active" : "")}",
        async mail =>
        {
            await mail.Filters.PutAsync(name, content, cancellationToken);
            if (activate)
                await mail.Filters.ActivateAsync(name, cancellationToken);
        },
        cancellationToken);

    /// <param name="name">Null: none runs any more.</param>
    public Task ActivateScriptAsync(string address, string? name, CancellationToken cancellationToken) => FilterAsync(
        address, $"activate={name ?? "none"}", mail => mail.Filters.ActivateAsync(name, cancellationToken), cancellationToken);

    public Task RemoveScriptAsync(string address, string name, CancellationToken cancellationToken) => FilterAsync(
        address, $"remove={name}", mail => mail.Filters.DeleteAsync(name, cancellationToken), cancellationToken);

    private Task FilterAsync(string address, string detail, Func<MailAccount, Task> change, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.SetFilter,
        OfficeSubject.OfAddress(address) with { Detail = OfficeWords.Short(detail) },
        async _ => await change(await _work.OpenAsync(address, cancellationToken)),
        cancellationToken);

    private static string Words(string? device, string? login, UndoRequest request) => string.Join(' ', ((string?[])
    [
        device is null ? null : $"device={device}",
        login is null ? null : $"person={login}",
        request.Change is { } change ? string.Create(CultureInfo.InvariantCulture, $"change={change.Value}") : null,
        request.Messages is { } messages ? string.Create(CultureInfo.InvariantCulture, $"messages={messages.Count}") : null,
        request.Since > DateTimeOffset.MinValue ? $"since={request.Since.ToString("u", CultureInfo.InvariantCulture)}" : null,
        request.Until < DateTimeOffset.MaxValue ? $"until={request.Until.ToString("u", CultureInfo.InvariantCulture)}" : null,
        request.IsTrial ? "trial" : null,
    ]).OfType<string>());
}
