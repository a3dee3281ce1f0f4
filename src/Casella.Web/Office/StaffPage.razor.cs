using Casella.Core.Directory;
using Casella.Core.Office;
using Microsoft.AspNetCore.Components;

namespace Casella.Web.Office;

/// <summary>Who is what in the office, and which programs may come in.</summary>
public sealed partial class StaffPage
{
    private static readonly IReadOnlyList<OfficeRoles> Roles =
        [OfficeRoles.Owner, OfficeRoles.Operator, OfficeRoles.DomainOperator, OfficeRoles.Technician];

    private readonly HashSet<string> _named = new(StringComparer.Ordinal);
    private readonly HashSet<string> _scopes = new(StringComparer.Ordinal);
    private IReadOnlyList<OfficeMember> _staff = [];
    private IReadOnlyList<OfficeToken> _tokens = [];
    private IReadOnlyList<Person> _people = [];
    private IReadOnlyList<string> _domains = [];
    private OfficeRoles _roles;
    private string _login = "";
    private string _tokenName = "";
    private string? _secret;
    private int? _days = 365;

    protected override OfficeAct Purpose => OfficeAct.SeeTokens;

    protected override async Task LoadAsync()
    {
        if (May(OfficeAct.SeeStaff))
        {
            _staff = await Door.Staff.ListAsync(Closing);
            _people = [.. (await Door.People.ListAsync(Closing)).Where(person => person.LeftAt is null)];
            _domains = [.. (await Door.Domains.ListAsync(Closing)).Select(domain => domain.Name)];
        }

        _tokens = await Door.Tokens.ListAsync(Closing);
    }

    private IEnumerable<string> RoleNames(OfficeRoles roles) => Roles.Where(role => roles.HasFlag(role)).Select(role => Words[$"OfficeRole{role}"]);

    private void Edit(OfficeMember member)
    {
        (_login, _roles) = (member.Person.Login, member.Standing.Roles);
        _named.Clear();
        _named.UnionWith(member.Standing.Domains);
    }

    private void Tick(OfficeRoles role, ChangeEventArgs change) => _roles = change.Value is true ? _roles | role : _roles & ~role;

    private void TickDomain(string domain, ChangeEventArgs change)
    {
        if (change.Value is true)
            _named.Add(domain);
        else
            _named.Remove(domain);
    }

    private void TickScope(string scope, ChangeEventArgs change)
    {
        if (change.Value is true)
            _scopes.Add(scope);
        else
            _scopes.Remove(scope);
    }

    private Task SaveAsync() => ActAsync(async () =>
    {
        await Door.Staff.SetAsync(_login, _roles, _named, Closing);
        (_login, _roles) = ("", OfficeRoles.None);
        _named.Clear();
        return Words["SavedNow"];
    });

    private Task AddTokenAsync() => ActAsync(async () =>
    {
        _secret = await Door.Tokens.AddAsync(_tokenName, [.. _scopes], _days, login: null, Closing);
        _tokenName = "";
        _scopes.Clear();
        return Words["OfficeTokenMade"];
    });

    private Task RevokeAsync(OfficeToken token) => ActAsync(async () =>
    {
        await Door.Tokens.RevokeAsync(token.Id, Closing);
        return Words["Revoked", token.Name];
    });
}
