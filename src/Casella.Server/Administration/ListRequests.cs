using Casella.Core.Lists;

namespace Casella.Server.Administration;

internal sealed record PutList(string Address, string Title, ListPosting Posting) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.Lists.PutAsync(Address, Title, Posting, cancellationToken);
        return new Done();
    }
}

internal sealed record ListLists : AdminRequest<IReadOnlyList<ListView>>
{
    protected override async Task<IReadOnlyList<ListView>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var views = new List<ListView>();
        foreach (var list in await context.Lists.ListAsync(cancellationToken))
            views.Add(ListView.Of(list, await context.Lists.MembersAsync(list, cancellationToken)));
        return views;
    }
}

internal sealed record ShowList(string Address) : AdminRequest<ListView>
{
    protected override async Task<ListView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var list = await context.Lists.FindAsync(Address, cancellationToken);
        return ListView.Of(list, await context.Lists.MembersAsync(list, cancellationToken));
    }
}

internal sealed record RemoveList(string Address) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.Lists.RemoveAsync(Address, cancellationToken);
        return new Done();
    }
}

/// <param name="MayPost">Also where not all members may.</param>
internal sealed record Subscribe(string Address, IReadOnlyList<string> Members, bool MayPost) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var list = await context.Lists.FindAsync(Address, cancellationToken);
        foreach (var member in Members)
            await context.Lists.SubscribeAsync(list, member, MayPost, cancellationToken);
        return new Done();
    }
}

internal sealed record Unsubscribe(string Address, string Member) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.Lists.UnsubscribeAsync(await context.Lists.FindAsync(Address, cancellationToken), Member, cancellationToken);
        return new Done();
    }
}

/// <param name="Posting">Named, Members or Everybody.</param>
internal sealed record ListView(string Address, string Title, string Posting, IReadOnlyList<ListMemberView> Members)
{
    public static ListView Of(MailingList list, IReadOnlyList<ListMember> members) => new(
        list.Address.ToString(), list.Title, list.Posting.ToString(),
        [.. members.Select(member => new ListMemberView(member.Address.ToString(), member.MayPost, member.Bounces, member.JoinedAt, member.SuspendedAt))]);
}

/// <param name="Bounces">Days with a bounce lately.</param>
/// <param name="SuspendedAt">Gets nothing since then; null for one who gets it.</param>
internal sealed record ListMemberView(string Address, bool MayPost, int Bounces, DateTimeOffset JoinedAt, DateTimeOffset? SuspendedAt);
