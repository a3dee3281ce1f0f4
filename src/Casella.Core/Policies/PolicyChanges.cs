using Casella.Core.Directory;
using Casella.Core.Messages;

namespace Casella.Core.Policies;

/// <summary>Sets policies within one unit.</summary>
internal static class PolicyChanges
{
    /// <param name="members">Persons of the mailbox.</param>
    /// <returns>How many are now another.</returns>
    /// <exception cref="DirectoryRuleException">No such policy or value; nothing is set.</exception>
    public static int Set(UnitOfWork unit, IReadOnlyDictionary<string, string> values, IReadOnlyList<PersonId> members)
    {
        var (policy, changed) = (unit.Policy, 0);
        foreach (var (name, value) in values)
        {
            var row = PolicyTable.Find(name)
                ?? throw new DirectoryRuleException($"There is no policy \"{name}\"; there are {string.Join(", ", PolicyTable.Rows.Select(known => known.Name))}.", DirectoryRule.Policy);
            var before = row.Get(policy);
            policy = row.TrySet(policy, value) ?? throw new DirectoryRuleException($"{row.Name} is {row.Values}, not \"{value}\".", DirectoryRule.Policy);
            if (string.Equals(before, row.Get(policy), StringComparison.Ordinal))
                continue;
            unit.SetPolicy(row.Name, before, policy, row);
            changed++;
        }

        if (policy.Seen != unit.Policy.Seen)
            unit.SwitchReadStates(policy.Seen, members);
        return changed;
    }
}
