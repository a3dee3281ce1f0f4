using System.CommandLine;
using System.Globalization;
using System.Text;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella sieve list|show|put|activate|remove|check: the filters of a mailbox.</summary>
internal static class SieveCommands
{
    private static readonly Argument<string> Address = new("ADDRESS") { Description = "Mailbox address, for example info@example.org" };
    private static readonly Argument<string> Name = new("NAME") { Description = "Name of the script" };
    private static readonly Argument<string> ScriptFile = new("FILE") { Description = "A file with the script; - for standard input" };

    public static Command Create(CommandAction action) => new("sieve", "Sieve scripts: filters for incoming mail")
    {
        List(action), Show(action), Put(action), Activate(action), Remove(action), Check(action),
    };

    private static Command List(CommandAction action)
    {
        var command = new Command("list", "List the scripts of a mailbox") { Address };
        action(command, async (run, cancellationToken) =>
        {
            var scripts = await run.SendAsync(new ListScripts(run.Value(Address)), cancellationToken);
            run.Output.Result(scripts, _ => run.Output.Table(
                ["Name", "Active", "Size", "Saved"],
                [.. scripts.Select(s => (IReadOnlyList<string>)[s.Name, s.IsActive ? "yes" : "", Values.Size(s.Size), Values.Time(s.SavedAt)])]));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Show(CommandAction action)
    {
        var version = new Option<long?>("--version") { Description = "A text that it had before, by its number", HelpName = "NUMBER" };
        var versions = new Option<bool>("--versions") { Description = "List the texts that it has had" };
        var command = new Command("show", "Print a script") { Address, Name, version, versions };
        action(command, async (run, cancellationToken) =>
        {
            var script = await run.SendAsync(new ShowScript(run.Value(Address), run.Value(Name), run.Value(version)), cancellationToken);
            run.Output.Result(script, _ =>
            {
                if (run.Value(versions))
                    run.Output.Table(
                        ["Version", "Size", "Saved"],
                        [.. script.Versions.Select(v => (IReadOnlyList<string>)[v.Number.ToString(CultureInfo.InvariantCulture), Values.Size(v.Size), Values.Time(v.SavedAt)])]);
                else
                    run.Output.Line(script.Content.TrimEnd('\r', '\n'));
            });
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Put(CommandAction action)
    {
        var activate = new Option<bool>("--activate") { Description = "Make it the one that runs" };
        var command = new Command("put", "Make a script, or replace it; it is checked first") { Address, Name, ScriptFile, activate };
        action(command, async (run, cancellationToken) =>
        {
            var content = await ReadAsync(run.Value(ScriptFile), cancellationToken);
            var done = await run.SendAsync(new PutScript(run.Value(Address), run.Value(Name), content, run.Value(activate)), cancellationToken);
            run.Output.Result(done, _ => run.Output.Line($"Saved {run.Value(Name)}{(run.Value(activate) ? "; it is active" : "")}."));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Activate(CommandAction action)
    {
        var name = new Argument<string?>("NAME") { Description = "Name of the script", Arity = ArgumentArity.ZeroOrOne };
        var none = new Option<bool>("--none") { Description = "No script runs any more" };
        var command = new Command("activate", "Make a script the one that incoming mail goes through") { Address, name, none };
        action(command, async (run, cancellationToken) =>
        {
            if (run.Value(name) is null != run.Value(none))
                throw new CommandException("Usage", "Say which: the NAME of a script, or --none.");
            var done = await run.SendAsync(new ActivateScript(run.Value(Address), run.Value(name)), cancellationToken);
            run.Output.Result(done, _ => run.Output.Line(run.Value(name) is { } active ? $"{active} is active." : "No script is active."));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Remove(CommandAction action)
    {
        var command = new Command("remove", "Delete a script that is not active") { Address, Name };
        action(command, async (run, cancellationToken) =>
        {
            var done = await run.SendAsync(new RemoveScript(run.Value(Address), run.Value(Name)), cancellationToken);
            run.Output.Result(done, _ => run.Output.Line($"Removed {run.Value(Name)}."));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Check(CommandAction action)
    {
        var command = new Command("check", "Check a script without keeping it") { Address, ScriptFile };
        action(command, async (run, cancellationToken) =>
        {
            var done = await run.SendAsync(new CheckScript(run.Value(Address), await ReadAsync(run.Value(ScriptFile), cancellationToken)), cancellationToken);
            run.Output.Result(done, _ => run.Output.Line("The script is correct."));
            return ExitCode.Success;
        });
        return command;
    }

    /// <exception cref="CommandException">There is no such file, or it is no text.</exception>
    private static async Task<string> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = file is "-" ? await ReadAllAsync(Console.OpenStandardInput(), cancellationToken) : await File.ReadAllBytesAsync(file, cancellationToken);
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException("File", $"Cannot read {file}: {failure.Message}");
        }
        catch (DecoderFallbackException)
        {
            throw new CommandException("File", $"{file} is not UTF-8.");
        }
    }

    private static async Task<byte[]> ReadAllAsync(Stream input, CancellationToken cancellationToken)
    {
        using var all = new MemoryStream();
        await input.CopyToAsync(all, cancellationToken);
        return all.ToArray();
    }
}
