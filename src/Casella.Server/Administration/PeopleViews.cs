using Casella.Core.Directory;

namespace Casella.Server.Administration;

// What administration says of persons, members and devices: the shapes of --json, as those of Views.cs. Rights and
// protocols are lists of words; a secret is in none of them but the one that has just been made.

/// <param name="Language">"it" or "en".</param>
/// <param name="HasPassword">Has a sign-in of their own.</param>
/// <param name="LeftAt">Absent while the person is with us.</param>
internal sealed record PersonView(long Id, string Login, string Name, string Language, bool HasPassword, DateTimeOffset CreatedAt, DateTimeOffset? LeftAt)
{
    public static PersonView Of(Person person) => new(
        person.Id.Value, person.Login, person.Name, person.Language is Core.Policies.Language.Italian ? "it" : "en", person.HasPassword,
        person.CreatedAt, person.LeftAt);
}

internal sealed record PersonDetailsView(PersonView Person, IReadOnlyList<MembershipView> Memberships, IReadOnlyList<DeviceView> Devices);

internal sealed record MembershipView(string Address, IReadOnlyList<string> Rights, DateTimeOffset AddedAt)
{
    public static MembershipView Of(Membership membership) =>
        new(membership.Address.ToString(), MemberView.Words(membership.Rights), membership.AddedAt);
}

/// <param name="OneLogin">"auto", "on" or "off".</param>
internal sealed record MemberView(string Login, string Name, IReadOnlyList<string> Rights, string OneLogin, DateTimeOffset AddedAt)
{
    public static MemberView Of(Member member) =>
        new(member.Login, member.Name, Words(member.Rights), member.OneLogin.ToString().ToLowerInvariant(), member.AddedAt);

    public static IReadOnlyList<string> Words(MemberRights rights) => RightsText.Format(rights).Split(',');
}

/// <param name="Account">Address of the mailbox.</param>
/// <param name="Login">Absent for the common password, as is <paramref name="Person"/>.</param>
/// <param name="Sessions">Open at this moment; 0 in a command that works without the server.</param>
/// <param name="HasCertificate">It signs in with a certificate and has no password.</param>
internal sealed record DeviceView(
    long Id, string Account, string Name, string? Person, string? Login, IReadOnlyList<string> Protocols, DateTimeOffset CreatedAt,
    DeviceUseView? LastUse, int Sessions, DateTimeOffset? RevokedAt, bool HasCertificate)
{
    public static DeviceView Of(DeviceInfo device) => new(
        device.Id.Value, device.Account.ToString(), device.Name, device.Person?.Name, device.Person?.Login, Words(device.Protocols), device.CreatedAt,
        device.LastUse is { } use ? new DeviceUseView(use.At, use.Protocol.ToString(), use.Address, use.Client) : null,
        device.Sessions, device.RevokedAt, device.HasCertificate);

    private static IReadOnlyList<string> Words(DeviceProtocols protocols) =>
        [.. Enum.GetValues<DeviceProtocols>()
            .Where(one => one is DeviceProtocols.Imap or DeviceProtocols.Pop3 or DeviceProtocols.Smtp && protocols.HasFlag(one))
            .Select(one => one.ToString().ToLowerInvariant())];
}

/// <param name="Client">What the program calls itself, where it says so.</param>
internal sealed record DeviceUseView(DateTimeOffset At, string Protocol, string? Address, string? Client);

/// <param name="Password">The one time it can be read; absent for a device with a certificate.</param>
internal sealed record AddedDeviceView(DeviceView Device, string? Password);

/// <param name="Sessions">Sessions that were ended.</param>
internal sealed record RevokedDeviceView(DeviceView Device, int Sessions);

/// <param name="Changed">False when the member had just these rights.</param>
internal sealed record SetMemberView(string Address, string Login, IReadOnlyList<string> Rights, bool Changed);

/// <param name="Sessions">Sessions that were ended.</param>
internal sealed record HandOverView(string Login, string Name, IReadOnlyList<LeftMailboxView> Mailboxes, int Sessions)
{
    public static HandOverView Of(HandOver handOver) => new(
        handOver.Person.Login, handOver.Person.Name,
        [.. handOver.Mailboxes.Select(left => new LeftMailboxView(left.Address.ToString(), left.Devices, left.Members, left.HasManager))],
        handOver.Sessions);
}

/// <param name="Devices">Names of those that were revoked.</param>
/// <param name="Members">Members that the mailbox has now.</param>
internal sealed record LeftMailboxView(string Address, IReadOnlyList<string> Devices, int Members, bool HasManager);
