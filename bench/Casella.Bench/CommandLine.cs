using System.CommandLine;
using System.CommandLine.Parsing;
using System.Security.Cryptography;
using Casella.Bench.Running;
using Casella.Bench.Server;
using Casella.Bench.Wire;

namespace Casella.Bench;

/// <summary>The options of <c>run</c>, and the settings they make.</summary>
internal sealed class CommandLine
{
    public Argument<string[]> Names { get; } = new("workload")
    {
        Description = "Workloads by name, or 'all'; see 'list'",
        Arity = ArgumentArity.OneOrMore,
    };

    public Option<string> Json { get; } = new("--json") { Description = "Append a line of JSON for each run to this file" };

    public Option<int> Timeout { get; } = new("--timeout")
    {
        Description = "Give a workload up after so many seconds",
        DefaultValueFactory = _ => 300,
    };

    private readonly Option<string> _label = new("--label")
    {
        Description = "The server's name in the results",
        DefaultValueFactory = _ => "server",
    };

    private readonly Option<Endpoint> _smtp = EndpointOption("--smtp", "Where mail is delivered: smtp:, smtps: or lmtp:", "smtp://127.0.0.1:25");
    private readonly Option<Endpoint> _imap = EndpointOption("--imap", "imaps: or imap:", "imaps://127.0.0.1:993");
    private readonly Option<Endpoint> _pop3 = EndpointOption("--pop3", "pop3s: or pop3:", "pop3s://127.0.0.1:995");

    private readonly Option<Endpoint> _submission = EndpointOption("--submission", "Where mail is submitted: smtp: or smtps:", "smtp://127.0.0.1:587");
    private readonly Option<int?> _sink = new("--sink") { Description = "Port to which the server sends all mail for elsewhere" };
    private readonly Option<string?> _flush = new("--flush") { Description = "Shell command after which the server tries again what waits" };
    private readonly Option<string?> _dkimKey = new("--dkim-key") { Description = "PEM file of the key of bench._domainkey.example.org" };

    private readonly Option<string> _user = new("--user")
    {
        Description = "Addresses of the accounts, {0} is their number: 1 reads, those after it receive",
        DefaultValueFactory = _ => "bench{0}@example.test",
    };

    private readonly Option<string> _password = new("--password")
    {
        Description = "The password of all of them",
        DefaultValueFactory = _ => "bench-password",
    };

    private readonly Option<int> _accounts = Number("--accounts", "How many accounts receive, beside the reader", 10);
    private readonly Option<int?> _connections = new("--connections") { Description = "Connections at a time, instead of the workload's own number" };
    private readonly Option<int?> _count = new("--count") { Description = "Operations of the workloads that write, instead of their own number" };
    private readonly Option<int> _messages = Number("--messages", "Messages in the prepared mailbox", 10_000);
    private readonly Option<int> _size = Number("--size", "Octets of a message", 4096);
    private readonly Option<int> _seconds = Number("--seconds", "How long the workloads that read go on", 3);
    private readonly Option<int> _settle = Number("--settle", "Seconds that idle connections rest before memory is read", 5);

    private readonly Option<int[]> _serverPid = new("--server-pid")
    {
        Description = "A process of the server on this machine, counted with its descendants; may be repeated",
    };

    private readonly Option<string[]> _serverUser = new("--server-user")
    {
        Description = "A user whose processes are the server's; may be repeated",
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(Names);
        Option[] options =
        [
            _label, _smtp, _imap, _pop3, _submission, _sink, _flush, _dkimKey, _user, _password, _accounts, _connections, _count, _messages, _size, _seconds,
            _settle, _serverPid, _serverUser, Json, Timeout,
        ];
        foreach (var option in options)
            command.Options.Add(option);
    }

    public BenchSettings Settings(ParseResult parsed) => new()
    {
        Label = parsed.GetRequiredValue(_label),
        Smtp = parsed.GetRequiredValue(_smtp),
        Imap = parsed.GetRequiredValue(_imap),
        Pop3 = parsed.GetRequiredValue(_pop3),
        Submission = parsed.GetValue(_submission),
        SinkPort = parsed.GetValue(_sink),
        Flush = parsed.GetValue(_flush),
        DkimKeyFile = parsed.GetValue(_dkimKey),
        UserFormat = parsed.GetRequiredValue(_user),
        Password = parsed.GetRequiredValue(_password),
        Accounts = parsed.GetRequiredValue(_accounts),
        Connections = parsed.GetValue(_connections),
        Count = parsed.GetValue(_count),
        Messages = parsed.GetRequiredValue(_messages),
        Size = parsed.GetRequiredValue(_size),
        Duration = TimeSpan.FromSeconds(parsed.GetRequiredValue(_seconds)),
        Settle = TimeSpan.FromSeconds(parsed.GetRequiredValue(_settle)),
        Server = new ServerProcesses(
            parsed.GetValue(_serverPid) ?? [], [.. (parsed.GetValue(_serverUser) ?? []).Select(SystemUsers.IdOf)]),
        Run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)),
    };

    private static Option<int> Number(string name, string description, int standard)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError($"{name} must be at least 1");
        });
        return option;
    }

    private static Option<Endpoint> EndpointOption(string name, string description, string standard) => new(name)
    {
        Description = description,
        HelpName = "url",
        DefaultValueFactory = _ => Endpoint.Parse(standard),
        CustomParser = ParseEndpoint,
    };

    private static Endpoint? ParseEndpoint(ArgumentResult result)
    {
        try
        {
            return Endpoint.Parse(result.Tokens[0].Value);
        }
        catch (FormatException wrong)
        {
            result.AddError(wrong.Message);
            return null;
        }
    }
}
