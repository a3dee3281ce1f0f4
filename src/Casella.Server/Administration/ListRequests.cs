using Casella.Core.Lists;
using Casella.Core.Office;

namespace Casella.Server.Administration;

internal sealed record PutList(string Address, string Title, ListPosting Posting) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.Office.Lists.PutAsync(Address, Title, Posting, cancellationToken);
        return new Done();
    }
}

internal sealed record ListLists : AdminRequest<IReadOnlyList<ListView>>
{
    protected override async Task<IReadOnlyList<ListView>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        return [.. (await context.Office.Lists.ListAsync(cancellationToken)).Select(ListView.Of)];
    }
}

internal sealed record ShowList(string Address) : AdminRequest<ListView>
{
    protected override async Task<ListView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        return ListView.Of(await context.Office.Lists.ShowAsync(Address, cancellationToken));
    }
}

internal sealed record RemoveList(string Address) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.Office.Lists.RemoveAsync(Address, cancellationToken);
        return new Done();
    }
}

/// <param name="MayPost">Also where not all members may.</param>
internal sealed record Subscribe(string Address, IReadOnlyList<string> Members, bool MayPost) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.Office.Lists.SubscribeAsync(Address, Members, MayPost, cancellationToken);
        return new Done();
    }
}

internal sealed record Unsubscribe(string Address, string Member) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.Office.Lists.UnsubscribeAsync(Address, Member, cancellationToken);
        return new Done();
    }
}

/// <param name="Posting">Named, Members or Everybody.</param>
internal sealed record ListView(string Address, string Title, string Posting, IReadOnlyList<ListMemberView> Members)
{
    public static ListView Of(ListFacts facts) => new(
        facts.List.Address.ToString(), facts.List.Title, facts.List.Posting.ToString(),
        [.. facts.Members.Select(member => new ListMemberView(member.Address.ToString(), member.MayPost, member.Bounces, member.JoinedAt, member.SuspendedAt))]);
}

/// <param name="Bounces">Days with a bounce lately.</param>
/// <param name="SuspendedAt">Gets nothing since then; null for one who gets it.</param>
internal sealed record ListMemberView(string Address, bool MayPost, int Bounces, DateTimeOffset JoinedAt, DateTimeOffset? SuspendedAt);
