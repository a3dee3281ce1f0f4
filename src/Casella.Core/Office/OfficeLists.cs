using Casella.Core.Directory;
using Casella.Core.Lists;

namespace Casella.Core.Office;

/// <summary>Announcement lists: who may write to them and who gets it.</summary>
public sealed class OfficeLists
{
    private readonly OfficeWork _work;

    internal OfficeLists(OfficeWork work) => _work = work;

    /// <summary>By address.</summary>
    public async Task<IReadOnlyList<ListFacts>> ListAsync(CancellationToken cancellationToken)
    {
        var reach = await _work.RequireAsync(OfficeAct.SeeLists, cancellationToken);
        var facts = new List<ListFacts>();
        foreach (var list in (await _work.Parts.Lists.ListAsync(cancellationToken)).Where(list => reach.Covers(list.Address.Domain)))
            facts.Add(new ListFacts(list, await _work.Parts.Lists.MembersAsync(list, cancellationToken)));
        return [.. facts.OrderBy(one => one.List.Address.ToString(), StringComparer.Ordinal)];
    }

    public async Task<ListFacts> ShowAsync(string address, CancellationToken cancellationToken)
    {
        await _work.RequireAsync(OfficeAct.SeeLists, OfficeSubject.OfAddress(address), cancellationToken);
        var list = await _work.Parts.Lists.FindAsync(address, cancellationToken);
        return new ListFacts(list, await _work.Parts.Lists.MembersAsync(list, cancellationToken));
    }

    /// <summary>Makes a list, or changes the settings of one.</summary>
    public Task PutAsync(string address, string title, ListPosting posting, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.SetList,
        ForNew(address) with { Detail = $"posting={posting.ToString().ToLowerInvariant()}" },
        _ => _work.Parts.Lists.PutAsync(address, title, posting, cancellationToken),
        cancellationToken);

    public Task RemoveAsync(string address, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.RemoveList, OfficeSubject.OfAddress(address), _ => _work.Parts.Lists.RemoveAsync(address, cancellationToken), cancellationToken);

    /// <summary>Adds members, or changes what they may; who was suspended gets mail again.</summary>
    public Task SubscribeAsync(string address, IReadOnlyList<string> members, bool mayPost, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.SetListMember,
        OfficeSubject.OfAddress(address) with { Detail = OfficeWords.Short(string.Join(' ', members)) },
        async _ =>
        {
            var list = await _work.Parts.Lists.FindAsync(address, cancellationToken);
            // All that are no addresses are found before the first is added.
            foreach (var member in members)
                DirectoryRules.Address(member);
            foreach (var member in members)
                await _work.Parts.Lists.SubscribeAsync(list, member, mayPost, cancellationToken);
        },
        cancellationToken);

    public Task UnsubscribeAsync(string address, string member, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.RemoveListMember,
        OfficeSubject.OfAddress(address) with { Detail = member.Trim() },
        async _ => await _work.Parts.Lists.UnsubscribeAsync(await _work.Parts.Lists.FindAsync(address, cancellationToken), member, cancellationToken),
        cancellationToken);

    /// <summary>What may not be made in a domain is as if there were no such domain.</summary>
    private static OfficeSubject ForNew(string typed)
    {
        var address = DirectoryRules.Address(typed);
        return new OfficeSubject(address.ToString(), address.Domain, MailError.NoSuchDomain);
    }
}

/// <summary>A list with who is on it.</summary>
public sealed record ListFacts(MailingList List, IReadOnlyList<ListMember> Members)
{
    /// <summary>Gets nothing, because nothing arrives.</summary>
    public int Suspended => Members.Count(member => member.SuspendedAt is not null);
}

/// <summary>Values in the journal: enough to know what it was.</summary>
internal static class OfficeWords
{
    private const int Most = 200;

    public static string Short(string text) => text.Length <= Most ? text : $"{text[..Most]}…";
}
