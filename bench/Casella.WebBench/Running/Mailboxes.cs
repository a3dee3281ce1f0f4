using Casella.Bench.Corpus;
using Casella.Bench.Wire;
using Casella.WebBench.Webmails;

namespace Casella.WebBench.Running;

/// <summary>Puts the same mail into both servers, or finds it there.</summary>
internal static class Mailboxes
{
    private const int InboxMessages = 200;
    private const string Sent = "Sent";
    private const int Batch = 40;

    /// <summary>Octets of a message: what people write is short.</summary>
    private const int Size = 3_072;

    public static async Task FillAsync(Endpoint endpoint, string user, string password, int messages, CancellationToken cancellationToken)
    {
        await using var imap = await ImapConnection.SignInAsync(endpoint, user, password, cancellationToken);
        await imap.AskCapabilitiesAsync(cancellationToken);
        if (!await Scratch.ExistsAsync(imap, Webmail.Corpus, cancellationToken))
            await imap.RunAsync($"CREATE \"{Webmail.Corpus}\"", Responses.Ignored, cancellationToken);
        // Roundcube shows what is subscribed to, and what is flagged of the samples would be unflagged by a click.
        await imap.RunAsync($"SUBSCRIBE \"{Webmail.Corpus}\"", Responses.Ignored, cancellationToken);
        await FillAsync(imap, Webmail.Corpus, messages, cancellationToken);
        await Scratch.EmptyAsync(imap, "INBOX", cancellationToken);
        await FillAsync(imap, "INBOX", InboxMessages, cancellationToken);
        if (!await Scratch.ExistsAsync(imap, Sent, cancellationToken))
            await imap.RunAsync($"CREATE \"{Sent}\"", Responses.Ignored, cancellationToken);
        // A folder that is never empty has always a row to wait for.
        await FillAsync(imap, Sent, 1, cancellationToken);
    }

    private static async Task FillAsync(ImapConnection imap, string mailbox, int count, CancellationToken cancellationToken)
    {
        var start = await Scratch.CountAsync(imap, mailbox, cancellationToken);
        foreach (var numbers in Enumerable.Range(start, Math.Max(0, count - start)).Chunk(Batch))
            await imap.AppendAllAsync(mailbox, [.. numbers.Select(number => (SampleMessage.Flags(number), SampleMessage.Build(number, Size, "web")))], cancellationToken);
    }
}
