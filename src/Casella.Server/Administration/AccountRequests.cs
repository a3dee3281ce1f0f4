using Casella.Core.Directory;
using Casella.Core.Office;
using Casella.Core.Policies;
using Casella.Server.Hosting;
using Casella.Server.Options;
using Casella.Web.Office;

namespace Casella.Server.Administration;

/// <param name="Password">Null for one that is generated and told once.</param>
internal sealed record AddAccount(string Address, string? Password, long? Quota, string? Name) : AdminRequest<AddedAccountView>
{
    public IReadOnlyList<MemberToAdd> Members { get; init; } = [];

    protected override async Task<AddedAccountView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var password = Password ?? MailDirectory.GeneratePassword();
        var added = await context.Office.Mailboxes.AddAsync(new MailboxToAdd(Address, Name, Quota, password, HasCommonPassword: true, Members), cancellationToken);
        var account = added.Account;
        return new AddedAccountView(account.Address.ToString(), account.DisplayName, account.Quota, Password is null ? password : null);
    }
}

/// <summary>
/// Says whether <see cref="AddAccount"/> would be refused, without doing it; an import checks all its lines so before
/// it adds the first.
/// </summary>
internal sealed record CheckAccount(string Address, string? Password, long? Quota, string? Name) : AdminRequest<Done>
{
    public IReadOnlyList<MemberToAdd> Members { get; init; } = [];

    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var password = Password ?? MailDirectory.GeneratePassword();
        await context.Office.Mailboxes.CheckAsync(new MailboxToAdd(Address, Name, Quota, password, HasCommonPassword: true, Members), cancellationToken);
        return new Done();
    }
}

internal sealed record ListAccounts(string? Domain) : AdminRequest<IReadOnlyList<AccountView>>
{
    protected override async Task<IReadOnlyList<AccountView>> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        [.. (await context.Directory.AccountsAsync(cancellationToken))
            .Where(a => Domain is null || string.Equals(a.Address.Domain, Domain, StringComparison.OrdinalIgnoreCase))
            .Select(AccountView.Of)];
}

internal sealed record ShowAccount(string Address) : AdminRequest<AccountDetailsView>
{
    protected override async Task<AccountDetailsView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var details = await context.Directory.DescribeAccountAsync(Address, cancellationToken);
        var mail = await context.OpenAsync(Address, cancellationToken);
        return AccountDetailsView.Of(
            details, await context.Devices.ListAsync(Address, cancellationToken), await context.People.MembersAsync(Address, cancellationToken)) with
        {
            FullInDays = await mail.Care.ForecastAsync(cancellationToken),
            DoubledFolders = [.. mail.Care.DoubledFolders.Select(DoubledFolderView.Of)],
        };
    }
}

/// <param name="Password">Null for one that is generated and told once.</param>
internal sealed record SetPassword(string Address, string? Password) : AdminRequest<PasswordView>
{
    protected override async Task<PasswordView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var password = await context.Office.Mailboxes.SetCommonPasswordAsync(Address, Password, cancellationToken);
        return new PasswordView(Address, Password is null ? password : null);
    }
}

/// <param name="Quota">Bytes; null for no limit.</param>
/// <param name="Messages">A number or "none"; null leaves that limit as it is.</param>
internal sealed record SetQuota(string Address, long? Quota, string? Messages = null) : AdminRequest<AccountView>
{
    protected override async Task<AccountView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        if (Messages is not null)
            await context.Office.Mailboxes.SetPolicyAsync(
                Address, new Dictionary<string, string>(StringComparer.Ordinal) { ["max-messages"] = Messages }, cancellationToken);
        await context.Office.Mailboxes.SetQuotaAsync(Address, Quota, cancellationToken);
        return AccountView.Of(await context.Directory.AccountAsync(Address, cancellationToken));
    }
}

internal sealed record RemoveAccount(string Address) : AdminRequest<RemovedAccountView>
{
    protected override async Task<RemovedAccountView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var aliases = await context.Office.Mailboxes.RemoveAsync(Address, cancellationToken);
        return new RemovedAccountView(Address, [.. aliases.Select(a => a.ToString())]);
    }
}

/// <summary>The set-up sheet of a mailbox as PDF.</summary>
internal sealed record MakeSheet(string Address, Language Language) : AdminRequest<SheetView>
{
    protected override async Task<SheetView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var facts = await context.Office.Mailboxes.ShowAsync(Address, cancellationToken);
        var options = context.Services.GetRequiredService<CasellaOptions>();
        // Where ports have moved, or there is no server yet, as it is configured.
        var ports = context.Services.GetService<OpenPorts>() ?? OpenPorts.Wanted(options);
        var address = facts.Account.Address.ToString();
        return new SheetView(address, SheetPdf.Write(address, MailServer.Site(options, context.Services.GetRequiredService<DataFolder>(), ports), Language));
    }
}

internal sealed record SheetView(string Address, byte[] Pdf);
