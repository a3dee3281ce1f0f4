using Casella.Core.Tracing;

namespace Casella.Server.Administration;

/// <param name="What">A queue id, a Message-ID or a recipient's address.</param>
internal sealed record TraceMail(string What) : AdminRequest<IReadOnlyList<TracedMailView>>
{
    protected override async Task<IReadOnlyList<TracedMailView>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var found = await context.Services.GetRequiredService<MailTraces>().FindAsync(What, cancellationToken);
        return found.Count > 0
            ? [.. found.Select(TracedMailView.Of)]
            : throw new CommandException(
                "NoSuchMessage", $"Nothing is known of {What}. Name a queue id (the server told it to the sender's program), a Message-ID or a recipient's address.");
    }
}

/// <param name="Sender">Empty for a delivery report.</param>
internal sealed record TracedMailView(string Id, string Sender, string? MessageId, IReadOnlyList<TracedRecipientView> Recipients)
{
    public static TracedMailView Of(TracedMail mail) => new(
        mail.Id, mail.ReversePath?.ToString() ?? "", mail.MessageId,
        [.. mail.Recipients.Select(recipient => new TracedRecipientView(
            recipient.Address.ToString(), recipient.State.ToString(), recipient.At, recipient.Status, recipient.Diagnostic, recipient.Server,
            recipient.Security.ToString(), recipient.Attempts))]);
}

/// <param name="State">Waiting, HandedOver, Stored, Failed, Removed.</param>
/// <param name="At">Since when; of one that waits, when it is tried next.</param>
/// <param name="Security">None, ClearText, Encrypted, Certified, Dane.</param>
internal sealed record TracedRecipientView(
    string Address, string State, DateTimeOffset At, string Status, string Diagnostic, string? Server, string Security, int Attempts);
