using System.CommandLine;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella certificate status|renew|change-key: exit code 1 when one is missing or could not be renewed.</summary>
internal static class CertificateCommands
{
    public static Command Create(CommandAction action) => new("certificate", "The server's certificates, and the authority that makes them (ACME)")
    {
        Status(action), Renew(action), ChangeKey(action),
    };

    private static Command Status(CommandAction action)
    {
        var command = new Command("status", "List the certificates, with their names and their end");
        action(command, async (run, cancellationToken) => Show(run, await run.SendAsync(new ListCertificates(), cancellationToken)));
        return command;
    }

    private static Command Renew(CommandAction action)
    {
        var command = new Command("renew", "Have the authority make all certificates anew, now. By themselves they are renewed in the last third of their life");
        action(command, async (run, cancellationToken) => Show(run, await run.SendAsync(new RenewCertificates(), cancellationToken, run.Output.Line)));
        return command;
    }

    private static Command ChangeKey(CommandAction action)
    {
        var command = new Command("change-key", "Give the account at the authority a new key; the certificates stay");
        action(command, async (run, cancellationToken) =>
        {
            run.Output.Result(await run.SendAsync(new ChangeCertificateAccountKey(), cancellationToken), _ => run.Output.Line("The account has a new key; the old one is worth nothing now."));
            return ExitCode.Success;
        });
        return command;
    }

    private static int Show(CommandRun run, IReadOnlyList<CertificateView> certificates)
    {
        run.Output.Result(certificates, _ =>
        {
            run.Output.Table(
                ["Names", "Until", "From", "File"],
                [.. certificates.Select(one => (IReadOnlyList<string>)[string.Join(", ", one.Names), one.Until is null ? "not there yet" : Values.Time(one.Until), one.From, one.File])]);
            foreach (var failed in certificates.Where(one => one.LastError is not null))
                run.Output.Line($"{failed.File} could not be renewed: {failed.LastError} Tried again after {Values.Time(failed.NextTry)}.");
        });
        return certificates.All(one => one is { Until: not null, LastError: null }) ? ExitCode.Success : ExitCode.Failure;
    }
}
