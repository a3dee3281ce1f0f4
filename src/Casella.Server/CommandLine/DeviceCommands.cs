using System.CommandLine;
using System.Globalization;
using Casella.Core.Directory;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella device add|list|revoke.</summary>
internal static class DeviceCommands
{
    private static readonly Argument<string> Address = new("ADDRESS") { Description = "Mailbox address, for example info@example.org" };

    public static Command Create(CommandAction action) => new("device", "Passwords of phones and programs, one each") { Add(action), List(action), Revoke(action) };

    /// <summary>Devices for people; <c>account show</c> and <c>person show</c> have it too.</summary>
    public static void Table(Output output, IReadOnlyList<DeviceView> devices)
    {
        output.Table(
            ["Nr", "Device", "Person", "For", "Since", "Last used", "By", "From", "Program", "Open now"],
            [.. devices.Select(d => (IReadOnlyList<string>)
            [
                d.Id.ToString(CultureInfo.InvariantCulture), d.RevokedAt is { } at ? $"{d.Name} (revoked {Values.Time(at)})" : d.Name, d.Person ?? "nobody",
                string.Join(',', d.Protocols) + (d.HasCertificate ? " by certificate" : ""), Values.Time(d.CreatedAt), Values.Time(d.LastUse?.At), d.LastUse?.Protocol ?? "", d.LastUse?.Address ?? "",
                d.LastUse?.Client ?? "", d.Sessions.ToString(CultureInfo.InvariantCulture),
            ])]);
        foreach (var common in devices.Where(d => d is { Person: null, RevokedAt: null, LastUse: not null }))
        {
            output.Line();
            output.Line($"The common password of {common.Account} is still in use: last {Values.Time(common.LastUse!.At)}"
                + $"{(common.LastUse.Address is { } from ? $" from {from}" : "")}{(common.LastUse.Client is { } client ? $" with {client}" : "")}. Who uses it cannot be told.");
            output.Line($"When everybody has a device of their own: {ProgramName.Text} device revoke {common.Account} \"{common.Name}\"");
        }
    }

    private static Command Add(CommandAction action)
    {
        var person = new Option<string>("--person") { Description = "Whose it is; a member of the mailbox", HelpName = "LOGIN", Required = true };
        var name = new Option<string>("--name") { Description = "Name for people, for example \"Anna's iPhone\"", HelpName = "NAME", Required = true };
        var protocols = new Option<DeviceProtocols>("--protocols")
        {
            Description = "What the password is for: any of imap,pop3,smtp, with commas (default all)",
            HelpName = "PROTOCOLS",
            DefaultValueFactory = _ => DeviceProtocols.All,
            CustomParser = result =>
            {
                if (ParseProtocols(result.Tokens[0].Value) is { } parsed)
                    return parsed;
                result.AddError($"\"{result.Tokens[0].Value}\" are no protocols; write any of imap,pop3,smtp, with commas.");
                return DeviceProtocols.None;
            },
        };
        var certificate = new Option<FileInfo>("--certificate")
        {
            Description = "PEM file of the certificate that it signs in with instead of a password; Tls:ClientCertificates names who issues them",
            HelpName = "FILE",
        };
        var command = new Command("add", "Add a device; its password is made and shown once") { Address, person, name, protocols, certificate };
        action(command, async (run, cancellationToken) =>
        {
            var request = new AddDevice(
                run.Value(Address), run.Value(person)!, run.Value(name)!, run.Value(protocols), await PemAsync(run.Value(certificate), cancellationToken));
            var added = await run.SendAsync(request, cancellationToken);
            run.Output.Result(added, view => AddedForPeople(run.Output, view));
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<string?> PemAsync(FileInfo? file, CancellationToken cancellationToken)
    {
        try
        {
            return file is null ? null : await File.ReadAllTextAsync(file.FullName, cancellationToken);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new CommandException("Certificate", $"Cannot read {file}: {unreadable.Message}");
        }
    }

    private static void AddedForPeople(Output output, AddedDeviceView added)
    {
        output.Line($"Added {added.Device.Name} of {added.Device.Person} to {added.Device.Account} for {string.Join(", ", added.Device.Protocols)}.");
        output.Line();
        output.Line($"  User name  {added.Device.Account}");
        if (added.Password is null)
        {
            output.Line("  Password   none: it signs in with its certificate (in Thunderbird: \"TLS certificate\")");
            return;
        }
        output.Line($"  Password   {added.Password}");
        output.Line();
        output.Line("The password is shown only now. Capital letters, spaces and missing dashes do not matter; 0, 1, i, l and o are not in it.");
    }

    private static DeviceProtocols? ParseProtocols(string text)
    {
        var protocols = DeviceProtocols.None;
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var one = word.ToUpperInvariant() switch
            {
                "IMAP" => DeviceProtocols.Imap,
                "POP3" => DeviceProtocols.Pop3,
                "SMTP" => DeviceProtocols.Smtp,
                _ => DeviceProtocols.None,
            };
            if (one is DeviceProtocols.None)
                return null;
            protocols |= one;
        }

        return protocols is DeviceProtocols.None ? null : protocols;
    }

    private static Command List(CommandAction action)
    {
        var command = new Command("list", "List the devices of a mailbox: whose, for what, when, where and with what last used") { Address };
        action(command, async (run, cancellationToken) =>
        {
            var devices = await run.SendAsync(new ListDevices(run.Value(Address)), cancellationToken);
            run.Output.Result(devices, _ => Table(run.Output, devices));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Revoke(CommandAction action)
    {
        var device = new Argument<string>("DEVICE") { Description = "Its name or number; \"common password\" for the one that everybody knows" };
        var yes = new Option<bool>("--yes") { Description = "Do not ask" };
        var command = new Command("revoke", "Close a device: its password ends, and so do its open sessions") { Address, device, yes };
        action(command, async (run, cancellationToken) =>
        {
            if (!run.Value(yes) && !await run.ConfirmAsync($"This closes {run.Value(device)} of {run.Value(Address)}", cancellationToken))
                return ExitCode.Failure;
            var revoked = await run.SendAsync(new RevokeDevice(run.Value(Address), run.Value(device)), cancellationToken);
            run.Output.Result(revoked, view => run.Output.Line(
                $"Revoked {view.Device.Name}{(view.Device.Person is { } person ? $" of {person}" : "")}; {Values.Count(view.Sessions, "open session")} ended."));
            return ExitCode.Success;
        });
        return command;
    }
}
