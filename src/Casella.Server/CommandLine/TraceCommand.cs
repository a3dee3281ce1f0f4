using System.CommandLine;
using Casella.Core.Queue;
using Casella.Core.Tracing;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella trace WHAT: where a mail that was sent is, for each recipient, in words.</summary>
internal static class TraceCommand
{
    private static readonly Argument<string> What = new("WHAT")
    {
        Description = "A queue id (the sender's program was told it), a Message-ID, or a recipient's address",
    };

    public static Command Create(CommandAction action)
    {
        var command = new Command("trace", "Tell where a mail is that was sent from here") { What };
        action(command, async (run, cancellationToken) =>
        {
            var found = await run.SendAsync(new TraceMail(run.Value(What)), cancellationToken);
            run.Output.Result(found, mails =>
            {
                foreach (var mail in mails)
                {
                    run.Output.Line($"{mail.Id}  from {(mail.Sender.Length > 0 ? mail.Sender : "<> (a report)")}{(mail.MessageId is { } id ? $"  <{id}>" : "")}");
                    foreach (var recipient in mail.Recipients)
                        run.Output.Line($"  {recipient.Address}: {Words(recipient)}");
                }
            });
            return ExitCode.Success;
        });
        return command;
    }

    internal static string Words(TracedRecipientView recipient) => Enum.Parse<TraceState>(recipient.State) switch
    {
        TraceState.Waiting when recipient.Attempts == 0 => $"waits, goes out {Values.Time(recipient.At)}",
        TraceState.Waiting => $"waits after {Values.Count(recipient.Attempts, "attempt")}, next {Values.Time(recipient.At)}; the last answer: {recipient.Diagnostic}",
        TraceState.HandedOver => $"taken by {recipient.Server} {Values.Time(recipient.At)}, {Wire(recipient)}: {recipient.Diagnostic}",
        TraceState.Stored => $"in a mailbox here since {Values.Time(recipient.At)}",
        TraceState.Failed => $"failed {Values.Time(recipient.At)}{(recipient.Server is { } server ? $" at {server}" : "")}, the sender was told: {(recipient.Server is null ? $"{recipient.Status} " : "")}{recipient.Diagnostic}",
        TraceState.CalledBack => $"called back by its sender {Values.Time(recipient.At)}, before it left",
        TraceState.Removed => $"taken out of the queue by the office {Values.Time(recipient.At)}",
    };

    private static string Wire(TracedRecipientView recipient) => Enum.Parse<WireSecurity>(recipient.Security) switch
    {
        WireSecurity.Encrypted => "encrypted",
        WireSecurity.Certified => "encrypted, to a server with a certificate for its name",
        WireSecurity.Dane => "encrypted, to the server that DNS names (DANE)",
        WireSecurity.ClearText => "not encrypted",
        WireSecurity.None => "on this server",
    };
}
