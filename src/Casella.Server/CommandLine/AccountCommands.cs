using System.CommandLine;
using System.Globalization;
using Casella.Core.Policies;
using Casella.Core.Quota;
using Casella.Server.Administration;
using Spectre.Console;

namespace Casella.Server.CommandLine;

/// <summary>casella account add|list|show|set-password|set-quota|policy|remove|sheet|import.</summary>
internal static class AccountCommands
{
    private static readonly Argument<string> Address = new("ADDRESS") { Description = "Mailbox address, for example info@example.org" };
    private static readonly Option<bool> PasswordStdin = new("--password-stdin") { Description = "Take the password from standard input; else one is made and shown once" };

    public static Command Create(CommandAction action) => new("account", "Mailbox accounts")
    {
        Add(action), List(action), Show(action), SetPassword(action), SetQuota(action), PolicyCommand.Create(action), Remove(action), Sheet(action), AccountImport.Create(action),
    };

    private static Command Add(CommandAction action)
    {
        var quota = new Option<QuotaLimit?>("--quota") { Description = "Space, for example 500MB, 1GB or none", HelpName = "SIZE", CustomParser = Values.Quota, DefaultValueFactory = _ => new QuotaLimit(QuotaStatus.DefaultLimit) };
        var name = new Option<string?>("--name") { Description = "Name for people, for example \"Section office\"" };
        var command = new Command("add", "Add a mailbox account") { Address, PasswordStdin, quota, name };
        action(command, async (run, cancellationToken) =>
        {
            var password = run.Value(PasswordStdin) ? await Values.ReadPasswordAsync(run.Output, cancellationToken) : null;
            var added = await run.SendAsync(new AddAccount(run.Value(Address), password, run.Value(quota)!.Bytes, run.Value(name)), cancellationToken);
            run.Output.Result(added, account =>
            {
                run.Output.Line($"Added {account.Address} with {Values.Quota(account.Quota)}.");
                if (account.Password is { } generated)
                    run.Output.Line($"Password (shown only now): {generated}");
            });
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Sheet(CommandAction action)
    {
        var file = new Argument<string>("FILE") { Description = "PDF to write; - for standard output" };
        var english = new Option<bool>("--english") { Description = "In English; else in Italian" };
        var command = new Command("sheet", "Write the sheet for whoever sets programs up: settings, and codes for telephones; without a password") { Address, file, english };
        action(command, async (run, cancellationToken) =>
        {
            var sheet = await run.SendAsync(new MakeSheet(run.Value(Address), run.Value(english) ? Language.English : Language.Italian), cancellationToken);
            if (run.Value(file) is "-")
            {
                await using var output = Console.OpenStandardOutput();
                await output.WriteAsync(sheet.Pdf, cancellationToken);
                return ExitCode.Success;
            }

            await File.WriteAllBytesAsync(run.Value(file), sheet.Pdf, cancellationToken);
            run.Output.Line($"Wrote {run.Value(file)}.");
            return ExitCode.Success;
        });
        return command;
    }

    private static Command List(CommandAction action)
    {
        var domain = new Option<string?>("--domain") { Description = "Only the accounts of this domain" };
        var command = new Command("list", "List the accounts") { domain };
        action(command, async (run, cancellationToken) =>
        {
            var accounts = await run.SendAsync(new ListAccounts(run.Value(domain)), cancellationToken);
            run.Output.Result(accounts, _ => run.Output.Table(
                ["Address", "Name", "Quota", "State", "Since"],
                [.. accounts.Select(a => (IReadOnlyList<string>)[a.Address, a.Name ?? "", Values.Quota(a.Quota), a.State, Values.Time(a.CreatedAt)])]));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Show(CommandAction action)
    {
        var command = new Command("show", "Show an account: use, devices with their last sign-in, aliases") { Address };
        action(command, async (run, cancellationToken) =>
        {
            var shown = await run.SendAsync(new ShowAccount(run.Value(Address)), cancellationToken);
            run.Output.Result(shown, account => ShowForPeople(run.Output, account));
            return ExitCode.Success;
        });
        return command;
    }

    internal static void ShowForPeople(Output output, AccountDetailsView account)
    {
        var share = account.Quota is > 0 and { } limit ? string.Create(CultureInfo.InvariantCulture, $" ({100.0 * account.Used / limit:0.0} %)") : "";
        output.Line($"{account.Address}{(account.Name is { } name ? $"  {name}" : "")}");
        output.Line($"  State     {account.State}, since {Values.Time(account.CreatedAt)}");
        output.Line($"  Used      {Values.Size(account.Used)} of {Values.Quota(account.Quota)}{share}, {Values.Count(account.Messages, "message")}");
        if (account.FullInDays is { } days)
            output.Line($"            {(days < 2 ? "full by tomorrow" : $"full in about {days.ToString(CultureInfo.InvariantCulture)} days")}");
        foreach (var folder in account.DoubledFolders)
            output.Line($"  Doubled   {folder.Folder} ({Values.Count(folder.Messages, "message")}) beside {folder.Into}; to merge: casella heal {account.Address}");
        output.Line($"  Aliases   {(account.Aliases.Count == 0 ? "none" : string.Join(", ", account.Aliases))}");
        output.Line($"  Members   {(account.Members.Count == 0 ? "none" : string.Join(", ", account.Members.Select(m => $"{m.Name} ({string.Join(',', m.Rights)})")))}");
        output.Line();
        DeviceCommands.Table(output, account.Devices);
    }

    private static Command SetPassword(CommandAction action)
    {
        var command = new Command("set-password", "Give an account's common password a new value, also where it was revoked; the old one ends at once") { Address, PasswordStdin };
        action(command, async (run, cancellationToken) =>
        {
            var password = run.Value(PasswordStdin) ? await Values.ReadPasswordAsync(run.Output, cancellationToken) : null;
            var set = await run.SendAsync(new SetPassword(run.Value(Address), password), cancellationToken);
            run.Output.Result(set, view =>
            {
                run.Output.Line($"The password of {view.Address} is changed.");
                if (view.Password is { } generated)
                    run.Output.Line($"Password (shown only now): {generated}");
            });
            return ExitCode.Success;
        });
        return command;
    }

    private static Command SetQuota(CommandAction action)
    {
        var quota = new Argument<QuotaLimit?>("QUOTA") { Description = "Space, for example 500MB, 1GB or none", CustomParser = Values.Quota };
        var messages = new Option<string?>("--messages") { Description = "Most messages, for example 50000 or none; without it that limit stays as it is", HelpName = "NUMBER" };
        var command = new Command("set-quota", "Change an account's quota: its space, and how many messages it may have") { Address, quota, messages };
        action(command, async (run, cancellationToken) =>
        {
            var account = await run.SendAsync(new SetQuota(run.Value(Address), run.Value(quota)!.Bytes, run.Value(messages)), cancellationToken);
            run.Output.Result(account, view => run.Output.Line(
                $"{view.Address} now has {Values.Quota(view.Quota)}{(run.Value(messages) is { } most ? $", messages at most: {most}" : "")}."));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Remove(CommandAction action)
    {
        var yes = new Option<bool>("--yes") { Description = "Do not ask" };
        var command = new Command("remove", "Remove an account with all its mail, for good") { Address, yes };
        action(command, async (run, cancellationToken) =>
        {
            if (!run.Value(yes) && !await ConfirmAsync(run, cancellationToken))
                return ExitCode.Failure;
            var removed = await run.SendAsync(new RemoveAccount(run.Value(Address)), cancellationToken);
            run.Output.Result(removed, view =>
            {
                run.Output.Line($"Removed {view.Address} and its mail.");
                if (view.Aliases.Count > 0)
                    run.Output.Line($"These aliases no longer lead to it: {string.Join(", ", view.Aliases)}");
            });
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<bool> ConfirmAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var account = await run.SendAsync(new ShowAccount(run.Value(Address)), cancellationToken);
        if (!run.Output.IsTerminal || Console.IsInputRedirected)
            throw new CommandException("NotConfirmed", $"This removes {account.Address} with {Values.Count(account.Messages, "message")} for good. Say --yes to do it.");
        return await AnsiConsole.ConfirmAsync(
            Markup.Escape($"Remove {account.Address} with {Values.Count(account.Messages, "message")} for good?"), defaultValue: false, cancellationToken);
    }
}
