using System.CommandLine;
using System.CommandLine.Help;
using Casella.Core;
using Casella.Server.Configuration;

namespace Casella.Server.CommandLine;

/// <summary>
/// The program's commands, and the one place where a command's failure becomes words and an exit code. Called by
/// Program.
/// </summary>
internal sealed class CommandTree
{
    private readonly Output _output;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _settings;
    private readonly ParseResult _parsed;

    public CommandTree(IReadOnlyList<string> arguments, Output output)
    {
        (var rest, _settings) = SettingArguments.Split(arguments);
        _output = output;
        _parsed = Root().Parse(rest);
    }

    public async Task<int> InvokeAsync()
    {
        // Left as a terminal's default 0, a wrong usage would look like success to a script.
        if (_parsed.Action is not HelpAction && ParseWords.Of(_parsed) is { Count: > 0 } wrong)
        {
            _output.IsJson = _parsed.GetValue(GlobalOptions.Json);
            _output.Failure("Usage", string.Join(' ', wrong));
            _output.Note($"Help: casella {string.Join(' ', CommandPath())} --help".Replace("  ", " ", StringComparison.Ordinal));
            return ExitCode.Usage;
        }
        // The server ends by its own orderly stop, which may take longer than the two seconds the library would grant
        // it.
        return await _parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
            Output = _output.Writer,
        });
    }

    private RootCommand Root()
    {
        var root = new RootCommand(
            "Casella, a mail service: IMAP, POP3 and SMTP in one program. Without a command it serves.\n"
            + "Settings of casella.json may be given as --Key=value, for example --Listeners:Imap=127.0.0.1:1143; see: casella config describe")
        {
            GlobalOptions.Data, GlobalOptions.Config, GlobalOptions.Json,
            ServeCommand.Create(Action),
            StatusCommand.Create(Action),
            DomainCommands.Create(Action),
            DnsCommand.Create(Action),
            DkimCommands.Create(Action),
            AccountCommands.Create(Action),
            AliasCommands.Create(Action),
            ListCommands.Create(Action),
            PersonCommands.Create(Action),
            MemberCommands.Create(Action),
            DeviceCommands.Create(Action),
            OfficeCommands.Create(Action),
            HealCommand.Create(Action),
            HistoryCommand.Create(Action),
            UndoCommand.Create(Action),
            DestroyCommand.Create(Action),
            SieveCommands.Create(Action),
            SpamCommands.Create(Action),
            QueueCommands.Create(Action),
            TraceCommand.Create(Action),
            ReportsCommand.Create(Action),
            IndexCommands.Create(Action),
            ContactCommand.Create(Action),
            BackupCommands.Create(Action),
            RestoreCommand.Create(Action),
            ExportCommand.Create(Action),
            ImportCommand.Create(Action),
            MigrateCommand.Create(Action),
            CertificateCommands.Create(Action),
            BanCommands.Create(Action),
            DoctorCommand.Create(Action),
            TopCommand.Create(Action),
            LogsCommand.Create(Action),
            VerifyCommand.Create(Action),
            RepairCommand.Create(Action),
            ConfigCommands.Create(Action),
        };
        ServeCommand.AddTo(root, Action);
        return root;
    }

    private Stack<string> CommandPath()
    {
        var names = new Stack<string>();
        for (var result = _parsed.CommandResult; result?.Command is not (null or RootCommand); result = result.Parent as System.CommandLine.Parsing.CommandResult)
            names.Push(result.Command.Name);
        return names;
    }

    private void Action(Command command, Func<CommandRun, CancellationToken, Task<int>> body) => command.SetAction((parsed, cancellationToken) => RunAsync(parsed, body, cancellationToken));

    private async Task<int> RunAsync(ParseResult parsed, Func<CommandRun, CancellationToken, Task<int>> body, CancellationToken cancellationToken)
    {
        _output.IsJson = parsed.GetValue(GlobalOptions.Json);
        try
        {
            await using var run = new CommandRun(parsed, _settings, _output);
            return await body(run, cancellationToken);
        }
        catch (CommandException failure)
        {
            _output.Failure(failure.Code, failure.Message);
            return failure.Code is "Usage" or TimeArgument.Invalid ? ExitCode.Usage : ExitCode.Failure;
        }
        catch (MailException failure)
        {
            // Before anything could be asked: a data folder that a newer program has written, or a full disk.
            _output.Failure(failure.Error.ToString(), Errors.Text(failure));
            return ExitCode.Failure;
        }
        catch (ConfigurationException wrong)
        {
            _output.Failure("Configuration", string.Join("\ncasella: ", wrong.Problems));
            return ExitCode.Usage;
        }
    }
}

/// <summary>Gives a command its body.</summary>
internal delegate void CommandAction(Command command, Func<CommandRun, CancellationToken, Task<int>> body);
