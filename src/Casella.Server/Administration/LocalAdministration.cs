using Casella.Core.Directory;
using Casella.Server.Hosting;
using Casella.Server.Options;

namespace Casella.Server.Administration;

/// <summary>
/// Administration in the command's own process, on a store that no server has open; holds the data folder's lock until
/// it is disposed.
/// </summary>
internal sealed class LocalAdministration : IAdministration
{
    private readonly DataFolder _folder;
    private readonly ServiceProvider _services;
    private readonly Dispatcher _dispatcher;

    private LocalAdministration(DataFolder folder, ServiceProvider services)
    {
        (_folder, _services) = (folder, services);
        var context = new AdminContext(services, Status: null, _ => { });
        _dispatcher = new Dispatcher(context);
    }

    /// <param name="folder">Taken over, also when this fails.</param>
    public static async Task<LocalAdministration> OpenAsync(DataFolder folder, CasellaOptions options, CancellationToken cancellationToken)
    {
        // A command says what it has done itself; of the log only what went wrong is of interest.
        var quiet = options.Logging with { Level = options.Logging.Level > LogLevel.Warning ? options.Logging.Level : LogLevel.Warning };
        var services = new ServiceCollection()
            .AddLogging(logging => LogSetup.Configure(logging, quiet))
            .AddStore(options, folder)
            .BuildServiceProvider();
        var administration = new LocalAdministration(folder, services);
        try
        {
            await services.GetRequiredService<MailDirectory>().RecoverAsync(cancellationToken);
            return administration;
        }
        catch
        {
            await administration.DisposeAsync();
            throw;
        }
    }

    public async Task<TResult> SendAsync<TResult>(AdminRequest<TResult> request, Action<string> tell, CancellationToken cancellationToken)
        where TResult : notnull =>
        (TResult)await _dispatcher.RunAsync(request, tell, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        // Last, so that nobody else opens the store while it closes.
        _folder.Dispose();
    }
}
