using Casella.Core.Messages;
using Casella.Core.Notices;
using Casella.Formats.Sieve;

namespace Casella.Core.Filtering;

/// <summary>Tells the members that their script needs a look (RFC 5228 §2.10.6), once a day at most.</summary>
internal static class FilterNotices
{
    private static readonly TimeSpan Every = TimeSpan.FromDays(1);

    /// <summary>As long as a sender may try again what has left no message behind.</summary>
    public static readonly TimeSpan RemembersHandled = TimeSpan.FromDays(7);

    private const string MissingFolder = "\0folder";

    public static ScriptFailure NoSuchFolder(string name) => new("", new SieveError(0, MissingFolder, [name]));

    public static void Tell(UnitOfWork unit, ScriptFailure failure)
    {
        if (unit.Transaction.Care.LastNotice(NoticeKind.Filter) is { } last && unit.Now - last < Every)
            return;
        var values = failure.Error.Values.Select(value => value.ToString() ?? "").ToList();
        unit.AddNotice(NoticeKind.Filter, failure.Error.Name is MissingFolder
            ? new FilterFacts(null, 0, null, [], values[0])
            : new FilterFacts(failure.Script, failure.Error.Line, failure.Error.Name, values, null));
    }
}
