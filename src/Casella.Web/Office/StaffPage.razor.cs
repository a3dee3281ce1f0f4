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
    private readonly HashSet<string> _kinds = new(StringComparer.Ordinal);
    private IReadOnlyList<Hook> _hooks = [];
    private IReadOnlyList<OfficeMember> _staff = [];
    private IReadOnlyList<OfficeToken> _tokens = [];
    private IReadOnlyList<Person> _people = [];
    private IReadOnlyList<string> _domains = [];
    private OfficeRoles _roles;
    private string _login = "";
    private string _tokenName = "";
    private string? _secret;
    private string? _hookSecret;
    private string _hookUrl = "";
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
        if (May(OfficeAct.SeeHooks))
            _hooks = await Door.Hooks.ListAsync(Closing);
    }

    private IEnumerable<string> RoleNames(OfficeRoles roles) => Roles.Where(role => roles.HasFlag(role)).Select(role => Words[$"OfficeRole{role}"]);

    private void Edit(OfficeMember member)
    {
        (_login, _roles) = (member.Person.Login, member.Standing.Roles);
        _named.Clear();
        _named.UnionWith(member.Standing.Domains);
    }

    private void Tick(OfficeRoles role, ChangeEventArgs change) => _roles = change.Value is true ? _roles | role : _roles & ~role;

    private void TickDomain(string domain, ChangeEventArgs change) => Tick(_named, domain, change);

    private void TickScope(string scope, ChangeEventArgs change) => Tick(_scopes, scope, change);

    private void TickKind(string kind, ChangeEventArgs change) => Tick(_kinds, kind, change);

    private static void Tick(HashSet<string> chosen, string one, ChangeEventArgs change)
    {
        if (change.Value is true)
            chosen.Add(one);
        else
            chosen.Remove(one);
    }

    private Task<bool> SaveAsync() => ActAsync(async () =>
    {
        await Door.Staff.SetAsync(_login, _roles, _named, Closing);
        (_login, _roles) = ("", OfficeRoles.None);
        _named.Clear();
        return Words["SavedNow"];
    });

    private Task<bool> AddTokenAsync() => ActAsync(async () =>
    {
        _secret = await Door.Tokens.AddAsync(_tokenName, [.. _scopes], _days, login: null, Closing);
        _tokenName = "";
        _scopes.Clear();
        return Words["OfficeTokenMade"];
    });

    private Task<bool> AddHookAsync() => ActAsync(async () =>
    {
        _hookSecret = await Door.Hooks.AddAsync(_hookUrl, [.. _kinds], Closing);
        _hookUrl = "";
        _kinds.Clear();
        return Words["SavedNow"];
    });

    private Task<bool> RemoveHookAsync(Hook hook) => ActAsync(async () =>
    {
        await Door.Hooks.RemoveAsync(hook.Id, Closing);
        return Words["SavedNow"];
    });

    private Task<bool> RevokeAsync(OfficeToken token) => ActAsync(async () =>
    {
        await Door.Tokens.RevokeAsync(token.Id, Closing);
        return Words["Revoked", token.Name];
    });
}
