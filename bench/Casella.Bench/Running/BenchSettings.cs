using System.Globalization;
using Casella.Bench.Server;
using Casella.Bench.Wire;

namespace Casella.Bench.Running;

/// <summary>
/// What is aimed at, and how hard. Account 1 is the reader: it owns the prepared mailboxes and a maildrop. The
/// accounts after it receive and are written to.
/// </summary>
internal sealed record BenchSettings
{
    /// <summary>Told apart in the results: the server's name.</summary>
    public required string Label { get; init; }

    public required Endpoint Smtp { get; init; }

    public required Endpoint Imap { get; init; }

    public required Endpoint Pop3 { get; init; }

    /// <summary>An address with {0} for the account's number.</summary>
    public required string UserFormat { get; init; }

    public required string Password { get; init; }

    /// <summary>How many accounts receive, beside the reader.</summary>
    public required int Accounts { get; init; }

    /// <summary>Connections at a time; null leaves it to the workload.</summary>
    public required int? Connections { get; init; }

    /// <summary>Operations of the workloads that write; null leaves it to the workload.</summary>
    public required int? Count { get; init; }

    /// <summary>Messages in the prepared mailbox of the workloads that read.</summary>
    public required int Messages { get; init; }

    /// <summary>Octets of a usual message.</summary>
    public required int Size { get; init; }

    /// <summary>How long the workloads that read repeat their command.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How long idle connections rest before memory is read.</summary>
    public required TimeSpan Settle { get; init; }

    /// <summary>Where programs hand mail in; for the workloads that send.</summary>
    public Endpoint? Submission { get; init; }

    /// <summary>Where the server sends everything: nothing listens there until a workload does.</summary>
    public int? SinkPort { get; init; }

    /// <summary>A shell command that makes the server try again at once what waits.</summary>
    public string? Flush { get; init; }

    /// <summary>PEM file of the key that signs what comes from outside.</summary>
    public string? DkimKeyFile { get; init; }

    public required ServerProcesses Server { get; init; }

    /// <summary>Differs in every run, and is part of each new message's Message-ID.</summary>
    public required string Run { get; init; }

    public string Reader => Account(0);

    /// <summary>The address of receiving account <paramref name="number"/>, from 0, round and round.</summary>
    public string Receiver(int number) => Account(1 + number % Accounts);

    public Task<ImapConnection> SignInAsync(string user, CancellationToken cancellationToken) =>
        ImapConnection.SignInAsync(Imap, user, Password, cancellationToken);

    private string Account(int index) => string.Format(CultureInfo.InvariantCulture, UserFormat, index + 1);
}
