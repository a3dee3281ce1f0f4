using Casella.Core.Directory;
using Casella.Core.Mailboxes;

namespace Casella.Server.Administration;

// What administration answers with: the shapes of --json, which scripts rely on. Addresses are text; sizes are bytes;
// times are ISO 8601.

internal sealed record Done;

internal sealed record DomainView(string Domain, DateTimeOffset CreatedAt, int Accounts, int Aliases, bool HasPostmaster)
{
    public static DomainView Of(MailDomain domain) =>
        new(domain.Name, domain.CreatedAt, domain.Accounts, domain.Aliases, domain.HasPostmaster);
}

/// <param name="Quota">Null for no limit.</param>
internal sealed record AccountView(string Address, string? Name, long? Quota, string State, DateTimeOffset CreatedAt)
{
    public static AccountView Of(AccountEntry account) =>
        new(account.Address.ToString(), account.DisplayName, account.Quota, account.State.ToString(), account.CreatedAt);
}

/// <param name="Password">Only when it was generated: the one time it can be read.</param>
internal sealed record AddedAccountView(string Address, string? Name, long? Quota, string? Password);

internal sealed record AccountDetailsView(
    string Address, string? Name, string State, DateTimeOffset CreatedAt, long? Quota, long Used, long Messages,
    IReadOnlyList<MemberView> Members, IReadOnlyList<DeviceView> Devices, IReadOnlyList<string> Aliases)
{
    /// <summary>As things go; null when it does not grow or nobody can say.</summary>
    public int? FullInDays { get; init; }
    public IReadOnlyList<DoubledFolderView> DoubledFolders { get; init; } = [];

    public static AccountDetailsView Of(AccountDetails details, IReadOnlyList<DeviceInfo> devices, IReadOnlyList<Member> members) => new(
        details.Account.Address.ToString(), details.Account.DisplayName, details.Account.State.ToString(), details.Account.CreatedAt,
        details.Quota.Limit, details.Quota.Used, details.Quota.Messages,
        [.. members.Select(MemberView.Of)], [.. devices.Select(DeviceView.Of)], [.. details.Aliases.Select(a => a.ToString())]);
}

/// <summary>A folder that a program has made beside the one of its special use.</summary>
/// <param name="LeftBelow">Folders below it, which stay where they are.</param>
internal sealed record DoubledFolderView(string Folder, string Into, int Messages, IReadOnlyList<string> LeftBelow)
{
    public static DoubledFolderView Of(DoubledFolder folder) =>
        new(folder.Name.Value, folder.Into.Value, folder.Messages, [.. folder.Below.Select(name => name.Value)]);
}

/// <param name="Merged">False when it was only looked what there is to merge.</param>
internal sealed record HealedView(string Address, bool Merged, IReadOnlyList<DoubledFolderView> Folders);

/// <param name="Decides">What the policy is about.</param>
/// <param name="Values">What may be set.</param>
internal sealed record PolicyView(string Name, string Value, string Decides, string Values);

internal sealed record PasswordView(string Address, string? Password);

/// <param name="Aliases">Aliases that led to the account and no longer do.</param>
internal sealed record RemovedAccountView(string Address, IReadOnlyList<string> Aliases);

internal sealed record AliasView(string Alias, IReadOnlyList<string> Targets)
{
    public static AliasView Of(MailAlias alias) => new(alias.Address.ToString(), [.. alias.Targets.Select(t => t.ToString())]);
}

internal sealed record VerifyView(int Accounts, IReadOnlyList<string> Findings);

/// <summary>What a running server says of itself.</summary>
internal sealed record ServerStatus(
    bool Running, string Version, int ProcessId, string HostName, string Data, DateTimeOffset StartedAt, int Connections,
    IReadOnlyList<ListenerView> Listeners)
{
    public static ServerStatus NotRunning(string version, string data) =>
        new(Running: false, version, ProcessId: 0, "", data, StartedAt: default, Connections: 0, Listeners: []);
}

/// <param name="Encryption">"SSL/TLS" or "STARTTLS".</param>
internal sealed record ListenerView(string Service, string Address, int Port, string Encryption);
