using Casella.Core.Directory;

namespace Casella.Core.Changes.History;

/// <summary>The names of those who act in an account, also of persons who have left and of devices that are revoked.</summary>
public sealed class ActorNames(IReadOnlyDictionary<PersonId, string> persons, IReadOnlyDictionary<DeviceId, string> devices)
{
    /// <param name="address">Of the account.</param>
    /// <exception cref="MailException">InvalidAddress, NoSuchAddress.</exception>
    public static async Task<ActorNames> LoadAsync(People people, Devices devices, string address, CancellationToken cancellationToken) => new(
        await people.PersonNamesAsync(cancellationToken),
        (await devices.ListAsync(address, cancellationToken)).ToDictionary(device => device.Id, device => device.Name));

    /// <summary>Null where it was no person: the server, the office, the common password.</summary>
    public string? Person(Actor actor) => actor.Person is { } person ? Person(person) : null;

    public string? Person(PersonId person) => persons.GetValueOrDefault(person);

    /// <summary>
    /// Null where it was no device. Who came from another mailbox has their device there: then the log's own word.
    /// </summary>
    public string? Device(Actor actor) => actor.Device is { } device ? Device(device) ?? actor.Name : null;

    public string? Device(DeviceId device) => devices.GetValueOrDefault(device);
}
