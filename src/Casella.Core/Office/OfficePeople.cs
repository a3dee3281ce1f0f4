using System.Security.Cryptography;
using Casella.Core.Directory;
using Casella.Core.Storage;

namespace Casella.Core.Office;

/// <summary>
/// People as the office adds them, lets them in and lets them go. A domain operator knows who works in mailboxes of
/// their domains, and who works nowhere yet; and holds in their hand only who works nowhere else, for whoever sets
/// somebody's password can be them.
/// </summary>
public sealed class OfficePeople
{
    /// <summary>Somebody who is invited before their holidays comes back after them.</summary>
    public static readonly TimeSpan InvitationTime = TimeSpan.FromDays(14);

    private readonly OfficeWork _work;

    internal OfficePeople(OfficeWork work) => _work = work;

    private People People => _work.Parts.People;

    /// <summary>By name, also those who have left.</summary>
    public async Task<IReadOnlyList<Person>> ListAsync(CancellationToken cancellationToken)
    {
        var reach = await _work.RequireAsync(OfficeAct.SeePeople, cancellationToken);
        var people = await People.PersonsAsync(cancellationToken);
        if (reach.IsEverywhere)
            return people;
        var known = new List<Person>();
        foreach (var person in people)
            if (await IsKnownAsync(person, reach, cancellationToken))
                known.Add(person);
        return known;
    }

    public async Task<PersonFacts> ShowAsync(string login, CancellationToken cancellationToken)
    {
        var person = await KnownAsync(OfficeAct.SeePeople, login, cancellationToken);
        var reach = await _work.RequireAsync(OfficeAct.SeePeople, cancellationToken);
        var memberships = await People.MembershipsAsync(person.Id, cancellationToken);
        var devices = await _work.Parts.Devices.ListAsync(person.Id, cancellationToken);
        return new PersonFacts(
            person, [.. memberships.Where(one => reach.Covers(one.Address.Domain))], [.. devices.Where(one => reach.Covers(one.Account.Domain))],
            await _work.Parts.Store.StandingAsync(person.Id, cancellationToken));
    }

    public Task<Person> AddAsync(PersonToAdd person, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.AddPerson, OfPerson(person.Login), _ => People.AddAsync(person, cancellationToken), cancellationToken);

    /// <summary>A link by which the person chooses a password and is in. Each works once.</summary>
    /// <returns>What stands at the end of its address; kept nowhere else.</returns>
    public Task<string> InviteAsync(string login, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.InvitePerson,
        OfPerson(login),
        async _ =>
        {
            var person = await InHandAsync(OfficeAct.InvitePerson, login, cancellationToken);
            var token = OfficeSecrets.Make();
            await _work.Parts.Store.AddLinkAsync(
                new OfficeLinkRow(OfficeSecrets.Hash(token), person.Id, _work.Parts.Time.GetUtcNow() + InvitationTime), cancellationToken);
            return token;
        },
        cancellationToken);

    public Task SetPasswordAsync(string login, string password, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.SetPersonPassword,
        OfPerson(login),
        async _ =>
        {
            await InHandAsync(OfficeAct.SetPersonPassword, login, cancellationToken);
            await People.SetPasswordAsync(login, password, cancellationToken);
        },
        cancellationToken);

    /// <summary>The person goes; see <see cref="Directory.People.LeaveAsync"/>.</summary>
    public Task<HandOver> LeaveAsync(string login, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.PersonLeaves,
        OfPerson(login),
        async _ =>
        {
            var person = await InHandAsync(OfficeAct.PersonLeaves, login, cancellationToken);
            await OfficeStaff.RequireAnotherOwnerAsync(_work, person.Id, cancellationToken);
            return await People.LeaveAsync(login, cancellationToken);
        },
        cancellationToken);

    // ---- members and devices of mailboxes

    /// <returns>False when the member had just these rights.</returns>
    public Task<bool> SetMemberAsync(string address, string login, MemberRights rights, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.SetMember,
        OfficeSubject.OfAddress(address) with { Detail = $"{login}={RightsText.Format(rights)}" },
        async _ =>
        {
            var person = await KnownAsync(OfficeAct.SetMember, login, cancellationToken);
            var mail = await _work.OpenAsync(address, cancellationToken);
            var before = (await People.FindMemberAsync(mail.Id, person.Id, cancellationToken))?.Rights;
            await People.ChangeMemberAsync(mail, login, _ => rights, cancellationToken);
            return before != rights;
        },
        cancellationToken);

    public Task RemoveMemberAsync(string address, string login, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.RemoveMember,
        OfficeSubject.OfAddress(address) with { Detail = login },
        async _ =>
        {
            var person = await People.PersonAsync(login, cancellationToken);
            var mail = await _work.OpenAsync(address, cancellationToken);
            if (await People.FindMemberAsync(mail.Id, person.Id, cancellationToken) is null)
                throw Directory.People.NoMember(person, await _work.Parts.Directory.AccountAsync(address, cancellationToken));
            await People.ChangeMemberAsync(mail, login, _ => MemberRights.None, cancellationToken);
        },
        cancellationToken);

    public Task<AddedDevice> AddDeviceAsync(DeviceToAdd device, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.AddDevice,
        OfficeSubject.OfAddress(device.Address) with { Detail = $"{device.Login}: {device.Name}" },
        _ => _work.Parts.Devices.AddAsync(device, cancellationToken),
        cancellationToken);

    public Task<DeviceInfo> AddDeviceWithCertificateAsync(DeviceToAdd device, ClientCertificate certificate, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.AddDevice,
        OfficeSubject.OfAddress(device.Address) with { Detail = $"{device.Login}: {device.Name}" },
        _ => _work.Parts.Devices.AddWithCertificateAsync(device, certificate, cancellationToken),
        cancellationToken);

    /// <param name="device">Its name or number.</param>
    public Task<RevokedDevice> RevokeDeviceAsync(string address, string device, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.RevokeDevice,
        OfficeSubject.OfAddress(address) with { Detail = device },
        _ => _work.Parts.Devices.RevokeAsync(address, device, cancellationToken),
        cancellationToken);

    /// <summary>A person that the caller may know of.</summary>
    /// <exception cref="MailException">NoPermission, NoSuchPerson.</exception>
    internal async Task<Person> KnownAsync(OfficeAct act, string login, CancellationToken cancellationToken)
    {
        var reach = await _work.RequireAsync(act, cancellationToken);
        var person = await People.PersonAsync(login, cancellationToken);
        return reach.IsEverywhere || await IsKnownAsync(person, reach, cancellationToken)
            ? person
            : throw new MailException(MailError.NoSuchPerson, person.Login);
    }

    /// <summary>
    /// A person who may be made another: nobody of the office but by an owner, nobody who reads beyond the caller's
    /// domains.
    /// </summary>
    private async Task<Person> InHandAsync(OfficeAct act, string login, CancellationToken cancellationToken)
    {
        var person = await KnownAsync(act, login, cancellationToken);
        var reach = await _work.RequireAsync(act, cancellationToken);
        var isOfOffice = (await _work.Parts.Store.StandingAsync(person.Id, cancellationToken)).Roles is not OfficeRoles.None;
        if (isOfOffice && !(await _work.StandingAsync(cancellationToken)).Roles.HasFlag(OfficeRoles.Owner))
            throw new MailException(MailError.NoPermission, person.Login);
        var memberships = await People.MembershipsAsync(person.Id, cancellationToken);
        return memberships.All(one => reach.Covers(one.Address.Domain)) ? person : throw new MailException(MailError.NoPermission, person.Login);
    }

    private async Task<bool> IsKnownAsync(Person person, OfficeReach reach, CancellationToken cancellationToken)
    {
        var memberships = await People.MembershipsAsync(person.Id, cancellationToken);
        if (memberships.Count > 0)
            return memberships.Any(one => reach.Covers(one.Address.Domain));
        return person.LeftAt is null && (await _work.Parts.Store.StandingAsync(person.Id, cancellationToken)).Roles is OfficeRoles.None;
    }

    private static OfficeSubject OfPerson(string login) => new(DirectoryRules.Login(login), null, MailError.NoSuchPerson);
}

/// <summary>A person with what is theirs, as far as the caller may know of it.</summary>
public sealed record PersonFacts(Person Person, IReadOnlyList<Membership> Memberships, IReadOnlyList<DeviceInfo> Devices, OfficeStanding Standing);

/// <summary>Secrets that the office hands out: 256 random bits, of which only the hash is kept.</summary>
internal static class OfficeSecrets
{
    private const int Octets = 32;

    /// <summary>Hexadecimal digits of one.</summary>
    public const int Length = 2 * Octets;

    public static string Make() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Octets));

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret)));
}
