using System.CommandLine;
using System.Globalization;
using Casella.Formats.Csv;
using Casella.Server.Administration;
using Casella.Server.Configuration;
using Casella.Server.Migration;

namespace Casella.Server.CommandLine;

/// <summary>
/// casella migrate imap: brings mailboxes over from another server, as often as one likes until the day of the switch.
/// Exit code 1 when something is not here.
/// </summary>
internal static class MigrateCommand
{
    private const int ImapsPort = 993;
    private const int ImapPort = 143;

    private static readonly Option<string> From = new("--from") { Description = "The old server: HOST, or HOST:PORT where IMAP is not on 993", HelpName = "HOST", Required = true };
    private static readonly Option<string> Csv = new("--csv")
    {
        Description = "Whose mail: CSV in UTF-8 with the header address,user,password; address is the mailbox here, which must exist; an empty user is the address; - for standard input",
        HelpName = "FILE",
        Required = true,
    };
    private static readonly Option<bool> StartTls = new("--starttls") { Description = "The old server speaks TLS only after STARTTLS (port 143 then)" };
    private static readonly Option<string?> Trust = new("--trust") { Description = "PEM file of the authority that signed the old server's certificate, where nobody else knows it", HelpName = "FILE" };
    private static readonly Option<int?> Pop3 = new("--pop3")
    {
        Description = "Also ask POP3 on this port (995, with --starttls 110) for its names of INBOX's messages, so that POP3 programs do not fetch all of it again",
        HelpName = "PORT",
    };
    private static readonly Option<int> AtATime = new("--at-a-time") { Description = "Mailboxes that come at the same time", HelpName = "N", DefaultValueFactory = _ => 2 };
    private static readonly Option<string?> Rate = new("--rate") { Description = "At most so much a second over all of them, for example 2MB", HelpName = "SIZE" };
    private static readonly Option<bool> FollowRemovals = new("--follow-removals")
    {
        Description = "Messages that are gone there since they were brought over go here too (undo brings them back); without it they are kept and told",
    };

    public static Command Create(CommandAction action)
    {
        var imap = new Command(
            "imap",
            "By IMAP: folders, flags, dates, keywords, subscriptions. Run it again for what is new: nothing is copied twice, also after it was stopped. Files: casella import")
        {
            From, Csv, StartTls, Trust, Pop3, AtATime, Rate, FollowRemovals,
        };
        action(imap, RunAsync);
        return new Command("migrate", "Bring mailboxes over from another server") { imap };
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var mailboxes = await ReadAsync(run.Value(Csv)!, cancellationToken);
        var views = await run.SendAsync(
            new MigrateMailboxes(Server(run), mailboxes, run.Value(AtATime), RateOf(run.Value(Rate)), run.Value(FollowRemovals)), cancellationToken, run.Output.Line);
        run.Output.Result(views, _ => ForPeople(run.Output, views));
        return views.All(view => view is { Problem: null, Outcome: { IsFull: false, Differences.Count: 0 } }) ? ExitCode.Success : ExitCode.Failure;
    }

    private static OldServer Server(CommandRun run)
    {
        var (host, port) = (run.Value(From)!, run.Value(StartTls) ? ImapPort : ImapsPort);
        if (host.LastIndexOf(':') is var colon and > 0)
        {
            if (!int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
                throw new CommandException("Usage", $"\"{host}\" is no server: write HOST or HOST:PORT.");
            host = host[..colon];
        }

        var trust = run.Value(Trust) is { } file ? Path.GetFullPath(file) : "";
        if (trust.Length > 0 && !File.Exists(trust))
            throw new CommandException("NoFile", $"There is no file {trust}.");
        return new OldServer(host, port, run.Value(StartTls), run.Value(Pop3), trust);
    }

    private static long? RateOf(string? typed) => typed is null ? null
        : OptionValue.ParseSize(typed) is { } rate and > 0 ? rate
        : throw new CommandException("Usage", $"\"{typed}\" is no size a second, such as 2MB.");

    private static async Task<IReadOnlyList<MailboxToMigrate>> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            var text = file is "-" ? await Console.In.ReadToEndAsync(cancellationToken) : await File.ReadAllTextAsync(file, cancellationToken);
            var records = CsvReader.Read(text.TrimStart('\uFEFF'));
            if (records.Count == 0 || !records[0].Fields.Select(field => field.Trim()).SequenceEqual(["address", "user", "password"], StringComparer.OrdinalIgnoreCase))
                throw new CommandException("Csv", $"{file}: the first line has to be address,user,password.");
            return [.. records.Skip(1).Select(record => record.Fields.Count == 3
                ? new MailboxToMigrate(record.Fields[0].Trim(), new OldLogin(record.Fields[1].Trim() is { Length: > 0 } user ? user : record.Fields[0].Trim(), record.Fields[2]))
                : throw new CommandException("Csv", $"{file}, line {record.Line}: there are {record.Fields.Count} fields instead of 3."))];
        }
        catch (CsvException broken)
        {
            throw new CommandException("Csv", $"{file}, line {broken.Line}: {broken.Message}");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new CommandException("NoFile", unreadable.Message);
        }
    }

    private static void ForPeople(Output output, IReadOnlyList<MigrationView> views)
    {
        foreach (var view in views)
        {
            if (view.Outcome is not { } outcome)
            {
                output.Line($"{view.Address}: {view.Problem}");
                continue;
            }

            output.Line(
                $"{view.Address}: {Values.Count(outcome.Copied, "message")} brought over, {Number(outcome.Present)} here already, flags of {Number(outcome.Flags)} followed"
                + $"{(outcome.Removed > 0 ? $", {Number(outcome.Removed)} removed" : "")}{(outcome.UniqueIds > 0 ? $", {Number(outcome.UniqueIds)} known to POP3" : "")}.");
            foreach (var difference in outcome.Differences)
                output.Line($"  {difference}");
            if (outcome.IsFull)
                output.Line($"  The mailbox is full. Give it more room (casella account set-quota {view.Address} SIZE) and run the same command again: it goes on.");
        }

        var whole = views.Count(view => view is { Problem: null, Outcome: { IsFull: false, Differences.Count: 0 } });
        output.Line($"{Values.Count(whole, "mailbox", "mailboxes")} of {Number(views.Count)}: everything is here.");
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
