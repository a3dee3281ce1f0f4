using System.Globalization;
using Casella.Core.Messages.Searching;

namespace Casella.Server.Administration;

/// <summary>Removes an account's full-text index and makes it anew; tells how far it is.</summary>
internal sealed record RebuildIndex(string Address) : AdminRequest<IndexView>
{
    protected override async Task<IndexView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var account = await context.Directory.AccountAsync(Address, cancellationToken);
        var status = await context.Accounts.Indexing.RebuildAsync(account.Id, Progress(context), cancellationToken);
        return IndexView.Of(account.Address.ToString(), status);
    }

    /// <summary>A line for each tenth, not for each batch.</summary>
    private static Action<long, long> Progress(AdminContext context)
    {
        var told = 0L;
        return (done, all) =>
        {
            if (all == 0 || done * 10 / all <= told)
                return;
            told = done * 10 / all;
            context.Tell(string.Create(CultureInfo.InvariantCulture, $"{done} of {all} messages"));
        };
    }
}

/// <param name="Address">Only this account, or null for all.</param>
internal sealed record GetIndexStatus(string? Address) : AdminRequest<IReadOnlyList<IndexView>>
{
    protected override async Task<IReadOnlyList<IndexView>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var accounts = Address is null
            ? await context.Directory.AccountsAsync(cancellationToken)
            : [await context.Directory.AccountAsync(Address, cancellationToken)];
        var views = new List<IndexView>(accounts.Count);
        foreach (var account in accounts)
            views.Add(IndexView.Of(account.Address.ToString(), await context.Accounts.Indexing.StatusAsync(account.Id, cancellationToken)));
        return views;
    }
}

/// <param name="Messages">Of the account, those kept for undo among them.</param>
/// <param name="Partial">Too large or unreadable for the index: each search looks through them.</param>
internal sealed record IndexView(string Address, long Messages, long Indexed, long Partial, long Bytes)
{
    public static IndexView Of(string address, IndexStatus status) =>
        new(address, status.Messages, status.Indexed, status.Partial, status.Bytes);
}
