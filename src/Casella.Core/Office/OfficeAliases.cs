using Casella.Core.Directory;

namespace Casella.Core.Office;

/// <summary>Addresses without a mailbox of their own: one target is an alias, several are a group, "*" is the rest.</summary>
public sealed class OfficeAliases
{
    private readonly OfficeWork _work;

    internal OfficeAliases(OfficeWork work) => _work = work;

    /// <summary>By domain and name.</summary>
    public async Task<IReadOnlyList<MailAlias>> ListAsync(CancellationToken cancellationToken)
    {
        var reach = await _work.RequireAsync(OfficeAct.SeeAliases, cancellationToken);
        return [.. (await _work.Parts.Directory.AliasesAsync(cancellationToken)).Where(alias => reach.Covers(alias.Address.Domain))];
    }

    /// <summary>Adds a target to an alias, which is made with its first.</summary>
    public Task AddAsync(string alias, string target, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.AddAlias,
        OfAlias(alias) with { Detail = target.Trim() },
        async reach =>
        {
            // Else a target in a foreign domain of ours would tell whether it exists.
            var to = DirectoryRules.Address(target);
            if (!reach.Covers(to.Domain) && await _work.Parts.Directory.HasDomainAsync(to.Domain, cancellationToken))
                throw new MailException(MailError.NoSuchAddress, to.ToString());
            await _work.Parts.Directory.AddAliasAsync(alias, target, cancellationToken);
        },
        cancellationToken);

    /// <param name="target">Null for the whole alias.</param>
    public Task RemoveAsync(string alias, string? target, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.RemoveAlias,
        OfAlias(alias) with { Detail = target?.Trim() ?? "" },
        _ => _work.Parts.Directory.RemoveAliasAsync(alias, target, cancellationToken),
        cancellationToken);

    private static OfficeSubject OfAlias(string typed)
    {
        var alias = DirectoryRules.NewAlias(typed);
        return new OfficeSubject(alias.ToString(), alias.Domain, MailError.NoSuchDomain);
    }
}
