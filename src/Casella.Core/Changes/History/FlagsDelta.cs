using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Changes.History;

/// <summary>What a change did to the flags of a message.</summary>
internal readonly record struct FlagsDelta(MessageFlags Set, MessageFlags Cleared)
{
    private const int SystemMask = (1 << MessageFlags.FirstKeywordBit) - 1;

    /// <summary>Nothing for changes that are not about flags, whatever flags went with them.</summary>
    public static FlagsDelta Of(ChangeKind kind, ChangedItem item) => kind is ChangeKind.FlagsChanged or ChangeKind.SeenByPerson
        ? new FlagsDelta(item.After.Without(item.Before), item.Before.Without(item.After))
        : default;

    public static FlagNames Names(MessageFlags flags, IReadOnlyList<string> keywords) => new(
        flags & new MessageFlags(SystemMask),
        [.. keywords.Where((_, number) => flags.Has(MessageFlags.Keyword(number)))]);
}
