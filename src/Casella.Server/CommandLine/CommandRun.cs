using System.CommandLine;
using Casella.Server.Administration;
using Casella.Server.Configuration;
using Casella.Server.Options;
using Spectre.Console;

namespace Casella.Server.CommandLine;

/// <summary>
/// One run of one command: its arguments, the options, the way to administration, and where to write. Made by
/// <see cref="CommandTree"/> for each command's body.
/// </summary>
internal sealed class CommandRun(ParseResult arguments, IReadOnlyList<KeyValuePair<string, string>> settings, Output output) : IAsyncDisposable
{
    private IAdministration? _administration;

    public Output Output => output;
    public TimeProvider Time { get; } = TimeProvider.System;

    public T Value<T>(Argument<T> argument) => arguments.GetValue(argument)!;
    public T? Value<T>(Option<T> option) => arguments.GetValue(option);

    /// <exception cref="ConfigurationException"/>
    public CasellaOptions Options { get => field ??= ReadOptions(); }

    /// <summary>Does a request in the running server or on the store itself.</summary>
    /// <exception cref="CommandException"/>
    public async Task<TResult> SendAsync<TResult>(AdminRequest<TResult> request, CancellationToken cancellationToken, Action<string>? tell = null)
        where TResult : notnull
    {
        _administration ??= await AdministrationDoor.OpenAsync(Options, Time, cancellationToken);
        return await _administration.SendAsync(request, tell ?? (_ => { }), cancellationToken);
    }

    /// <summary>Asks on a terminal whether to go on; elsewhere --yes must have said so.</summary>
    /// <param name="what">What is going to happen, without a full stop.</param>
    /// <exception cref="CommandException">Nobody can be asked.</exception>
    public async Task<bool> ConfirmAsync(string what, CancellationToken cancellationToken)
    {
        if (!Output.IsTerminal || Console.IsInputRedirected)
            throw new CommandException("NotConfirmed", $"{what}. Say --yes to do it.");
        return await AnsiConsole.ConfirmAsync(Markup.Escape($"{what}. Go on?"), defaultValue: false, cancellationToken);
    }

    public ValueTask DisposeAsync() => _administration?.DisposeAsync() ?? ValueTask.CompletedTask;

    private CasellaOptions ReadOptions()
    {
        var all = settings.ToList();
        if (Value(GlobalOptions.Data) is { } data)
            all.Add(KeyValuePair.Create(nameof(CasellaOptions.Data), data));
        return OptionsReader.Read(Value(GlobalOptions.Config), all, Environment.GetEnvironmentVariables());
    }
}
