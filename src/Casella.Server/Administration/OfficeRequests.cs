using Casella.Core.Office;
using Casella.Server.Hosting;
using Casella.Server.Options;
using Casella.Web.Office;

namespace Casella.Server.Administration;

/// <summary>A link by which somebody becomes an owner of the office.</summary>
internal sealed record MakeOwnerLink : AdminRequest<OfficeLinkView>
{
    protected override async Task<OfficeLinkView> RunAsync(AdminContext context, CancellationToken cancellationToken) => new(
        OfficeLinkView.AddressOf(context, await context.Office.Staff.MakeOwnerLinkAsync(cancellationToken)),
        context.Services.GetRequiredService<TimeProvider>().GetUtcNow() + OfficeStaff.OwnerLinkTime);
}

/// <summary>A link by which a person chooses a password of their own.</summary>
internal sealed record InvitePerson(string Login) : AdminRequest<OfficeLinkView>
{
    protected override async Task<OfficeLinkView> RunAsync(AdminContext context, CancellationToken cancellationToken) => new(
        OfficeLinkView.AddressOf(context, await context.Office.People.InviteAsync(Login, cancellationToken)),
        context.Services.GetRequiredService<TimeProvider>().GetUtcNow() + OfficePeople.InvitationTime);
}

internal sealed record ListStaff : AdminRequest<IReadOnlyList<StaffView>>
{
    protected override async Task<IReadOnlyList<StaffView>> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        [.. (await context.Office.Staff.ListAsync(cancellationToken)).Select(StaffView.Of)];
}

internal sealed record SetStaff(string Login, OfficeRoles Roles, IReadOnlyList<string> Domains) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.Office.Staff.SetAsync(Login, Roles, Domains, cancellationToken);
        return new Done();
    }
}

internal sealed record ReadJournal(int Limit, string? Text) : AdminRequest<IReadOnlyList<JournalEntryView>>
{
    protected override async Task<IReadOnlyList<JournalEntryView>> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        [.. (await context.Office.Journal.ReadAsync(Limit, null, Text, cancellationToken)).Select(JournalEntryView.Of)];
}

/// <param name="Login">Whose it is, and whose roles it has.</param>
/// <param name="Days">Null for one without end.</param>
internal sealed record AddToken(string Name, string Login, IReadOnlyList<string> Scopes, int? Days) : AdminRequest<AddedTokenView>
{
    protected override async Task<AddedTokenView> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        new(Name, await context.Office.Tokens.AddAsync(Name, Scopes, Days, Login, cancellationToken));
}

internal sealed record ListTokens : AdminRequest<IReadOnlyList<TokenView>>
{
    protected override async Task<IReadOnlyList<TokenView>> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        [.. (await context.Office.Tokens.ListAsync(cancellationToken)).Select(TokenView.Of)];
}

internal sealed record RevokeToken(long Id) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.Office.Tokens.RevokeAsync(new OfficeTokenId(Id), cancellationToken);
        return new Done();
    }
}

/// <param name="Address">To be opened in a browser, once.</param>
internal sealed record OfficeLinkView(string Address, DateTimeOffset Until)
{
    /// <summary>Where ports have moved, or there is no server yet, as it is configured.</summary>
    public static string AddressOf(AdminContext context, string token)
    {
        var options = context.Services.GetRequiredService<CasellaOptions>();
        var ports = context.Services.GetService<OpenPorts>() ?? OpenPorts.Wanted(options);
        return OfficeAddress.OfLink(options.HostName, ports.Https, token);
    }
}

/// <param name="Roles">As <see cref="OfficeRolesText"/> writes them.</param>
internal sealed record StaffView(string Login, string Name, string Roles, IReadOnlyList<string> Domains)
{
    public static StaffView Of(OfficeMember member) => new(
        member.Person.Login, member.Person.Name, OfficeRolesText.Format(member.Standing.Roles), [.. member.Standing.Domains.Order(StringComparer.Ordinal)]);
}

internal sealed record JournalEntryView(
    long Id, DateTimeOffset At, string Who, string Way, string? Address, string Act, string Subject, string Detail, string Outcome, string? Reason, string? Failure)
{
    public static JournalEntryView Of(JournalEntry entry) => new(
        entry.Id, entry.At, entry.Who, entry.Way.ToString(), entry.Address, entry.Act, entry.Subject, entry.Detail, entry.Outcome.ToString(), entry.Reason,
        entry.Failure);
}

/// <param name="Token">The one time it can be read.</param>
internal sealed record AddedTokenView(string Name, string Token);

internal sealed record TokenView(
    long Id, string Name, string Login, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? Until, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt)
{
    public static TokenView Of(OfficeToken token) => new(
        token.Id.Value, token.Name, token.Maker.Login, [.. token.Scopes.Order(StringComparer.Ordinal)], token.CreatedAt, token.Until, token.LastUsedAt, token.RevokedAt);
}
