using Casella.Core.Directory;
using Casella.Core.Storage;

namespace Casella.Core.Office;

/// <summary>Who is what in the office. Only owners say so, and there is always one.</summary>
public sealed class OfficeStaff
{
    /// <summary>Who has just installed the server is still there.</summary>
    public static readonly TimeSpan OwnerLinkTime = TimeSpan.FromDays(1);

    private readonly OfficeWork _work;

    internal OfficeStaff(OfficeWork work) => _work = work;

    public async Task<IReadOnlyList<OfficeMember>> ListAsync(CancellationToken cancellationToken)
    {
        await _work.RequireAsync(OfficeAct.SeeStaff, cancellationToken);
        return await _work.Parts.Store.StaffAsync(cancellationToken);
    }

    /// <summary>Gives a person roles, in place of those that they had; none takes them out of the office.</summary>
    /// <param name="domains">Of a domain operator.</param>
    /// <exception cref="DirectoryRuleException">Nobody would be owner; a domain operator without a domain.</exception>
    public Task SetAsync(string login, OfficeRoles roles, IReadOnlyCollection<string> domains, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.SetStaff,
        new OfficeSubject(DirectoryRules.Login(login), null, MailError.NoSuchPerson) { Detail = $"{OfficeRolesText.Format(roles)} {string.Join(',', domains)}".TrimEnd() },
        async _ =>
        {
            var person = await _work.Parts.People.PresentAsync(login, cancellationToken);
            if (!roles.HasFlag(OfficeRoles.Owner))
                await RequireAnotherOwnerAsync(_work, person.Id, cancellationToken);
            var named = new HashSet<string>(StringComparer.Ordinal);
            if (roles.HasFlag(OfficeRoles.DomainOperator))
                foreach (var typed in domains)
                    named.Add(await DomainAsync(typed, cancellationToken));
            if (roles.HasFlag(OfficeRoles.DomainOperator) && named.Count == 0)
                throw new DirectoryRuleException("A domain operator needs a domain at least.", DirectoryRule.Domains);
            await _work.Parts.Store.SetStandingAsync(person.Id, new OfficeStanding(roles, named), cancellationToken);
        },
        cancellationToken);

    /// <summary>A link by which somebody becomes an owner, once.</summary>
    /// <returns>What stands at the end of its address; kept nowhere else.</returns>
    public Task<string> MakeOwnerLinkAsync(CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.SetStaff,
        OfficeSubject.OfServer("owner link"),
        async _ =>
        {
            var token = OfficeSecrets.Make();
            await _work.Parts.Store.AddLinkAsync(
                new OfficeLinkRow(OfficeSecrets.Hash(token), null, _work.Parts.Time.GetUtcNow() + OwnerLinkTime), cancellationToken);
            return token;
        },
        cancellationToken);

    /// <summary>False for a server that has just been installed.</summary>
    public async Task<bool> HasOwnerAsync(CancellationToken cancellationToken) =>
        (await _work.Parts.Store.StaffAsync(cancellationToken)).Any(member => member.Standing.Roles.HasFlag(OfficeRoles.Owner));

    /// <summary>Without an owner nobody could make one but on the machine itself.</summary>
    /// <exception cref="DirectoryRuleException">The person is the only one.</exception>
    internal static async Task RequireAnotherOwnerAsync(OfficeWork work, PersonId person, CancellationToken cancellationToken)
    {
        var owners = (await work.Parts.Store.StaffAsync(cancellationToken))
            .Where(member => member.Standing.Roles.HasFlag(OfficeRoles.Owner)).Select(member => member.Person.Id).ToHashSet();
        if (owners.Contains(person) && owners.Count == 1)
            throw new DirectoryRuleException("Nobody else owns the office. Make somebody an owner first.", DirectoryRule.LastOwner);
    }

    private async Task<string> DomainAsync(string typed, CancellationToken cancellationToken)
    {
        var subject = OfficeSubject.OfDomain(typed);
        return await _work.Parts.Directory.HasDomainAsync(subject.Name, cancellationToken) ? subject.Name : throw subject.IsAbsent();
    }
}

/// <summary>Roles as the command line, the API and the journal write them: "operator,technician".</summary>
public static class OfficeRolesText
{
    public const string Values = "owner,operator,domain-operator,technician";

    private static readonly (string Word, OfficeRoles Role)[] Words =
    [
        ("owner", OfficeRoles.Owner), ("operator", OfficeRoles.Operator), ("domain-operator", OfficeRoles.DomainOperator),
        ("technician", OfficeRoles.Technician),
    ];

    /// <summary>"none" for none.</summary>
    public static string Format(OfficeRoles roles) => roles is OfficeRoles.None
        ? "none"
        : string.Join(',', Words.Where(word => roles.HasFlag(word.Role)).Select(word => word.Word));

    /// <summary>The roles, or null for a text that names others.</summary>
    public static OfficeRoles? Parse(string text)
    {
        if (text.Trim() is "none")
            return OfficeRoles.None;
        var roles = OfficeRoles.None;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var role = Array.Find(Words, word => string.Equals(word.Word, part, StringComparison.OrdinalIgnoreCase)).Role;
            if (role is OfficeRoles.None)
                return null;
            roles |= role;
        }

        return roles is OfficeRoles.None ? null : roles;
    }
}
