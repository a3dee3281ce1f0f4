namespace Casella.Server.Administration;

/// <summary>
/// Who does what a command asks for: the running server (<see cref="ControlClient"/>), or this process with the store
/// opened by itself (<see cref="LocalAdministration"/>).
/// </summary>
internal interface IAdministration : IAsyncDisposable
{
    /// <param name="tell">Takes lines while the request is at work.</param>
    /// <exception cref="CommandException"/>
    Task<TResult> SendAsync<TResult>(AdminRequest<TResult> request, Action<string> tell, CancellationToken cancellationToken)
        where TResult : notnull;
}
