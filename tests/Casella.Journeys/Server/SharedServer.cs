using Casella.Journeys.Server;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace Casella.Journeys.Server;

/// <summary>
/// One server for all journeys that need no settings of their own: each makes its own mailboxes on it, as strangers on
/// one host do.
/// </summary>
public sealed class SharedServer : IAsyncLifetime
{
    internal CasellaServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await CasellaServer.StartAsync();

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();
}
