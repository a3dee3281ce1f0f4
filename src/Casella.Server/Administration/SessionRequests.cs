using Casella.Core.Directory;

namespace Casella.Server.Administration;

/// <summary>Who is signed in at this moment.</summary>
internal sealed record ListSessions : AdminRequest<IReadOnlyList<LiveSessionView>>
{
    protected override Task<IReadOnlyList<LiveSessionView>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        if (context.Status is null)
            throw new CommandException("NotRunning", "No server runs on this data folder.");
        return Task.FromResult<IReadOnlyList<LiveSessionView>>(
            [.. context.Services.GetRequiredService<LiveSessions>().List().Select(LiveSessionView.Of)]);
    }
}

/// <param name="Who">The device: "Anna's iPhone", or "common password".</param>
/// <param name="Program">What it calls itself; null when it has not said.</param>
/// <param name="Received">Octets from it; null where nobody counts.</param>
/// <param name="Sent">Octets to it.</param>
internal sealed record LiveSessionView(
    string Address, string? Person, string Who, string Protocol, string? Program, string Remote, DateTimeOffset Since, long? Received, long? Sent)
{
    public static LiveSessionView Of(LiveSession session)
    {
        var traffic = session.Traffic;
        return new LiveSessionView(
            session.Who.Address.ToString(), session.Who.Person?.Name, session.Who.Actor.Name, session.Who.Actor.Protocol.ToString(), session.Client,
            session.Remote.ToString(), session.Since, traffic?.Received, traffic?.Sent);
    }
}
