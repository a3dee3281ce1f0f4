using System.Globalization;
using Casella.Bench.Wire;

namespace Casella.Bench.Corpus;

/// <summary>The mailbox chores around a measurement: make it, empty it, count what is in it, throw it away.</summary>
internal static class Scratch
{
    public static async Task<bool> ExistsAsync(
        ImapConnection imap, string mailbox, CancellationToken cancellationToken)
    {
        var lines = new KeptLines();
        await imap.RunAsync($"LIST \"\" \"{mailbox}\"", lines, cancellationToken);
        return lines.All.Any(line => line.StartsWith("* LIST", StringComparison.Ordinal));
    }

    /// <summary>STATUS (MESSAGES).</summary>
    public static async Task<int> CountAsync(ImapConnection imap, string mailbox, CancellationToken cancellationToken)
    {
        var lines = new KeptLines();
        await imap.RunAsync($"STATUS \"{mailbox}\" (MESSAGES)", lines, cancellationToken);
        const string Item = "(MESSAGES ";
        var line = lines.All.Single(each => each.StartsWith("* STATUS", StringComparison.Ordinal));
        var number = line[(line.LastIndexOf(Item, StringComparison.Ordinal) + Item.Length)..].TrimEnd(')', ' ');
        return int.Parse(number, CultureInfo.InvariantCulture);
    }

    /// <summary>Leaves an existing, empty mailbox behind. INBOX is emptied, any other one is made anew.</summary>
    public static async Task EmptyAsync(ImapConnection imap, string mailbox, CancellationToken cancellationToken)
    {
        if (!string.Equals(mailbox, "INBOX", StringComparison.Ordinal))
        {
            await RemoveAsync(imap, mailbox, cancellationToken);
            await imap.RunAsync($"CREATE \"{mailbox}\"", Responses.Ignored, cancellationToken);
        }
        else if (await CountAsync(imap, mailbox, cancellationToken) > 0)
        {
            await imap.RunAsync($"SELECT \"{mailbox}\"", Responses.Ignored, cancellationToken);
            await imap.RunAsync(@"STORE 1:* +FLAGS.SILENT (\Deleted)", Responses.Ignored, cancellationToken);
            await imap.RunAsync("CLOSE", Responses.Ignored, cancellationToken);
        }
    }

    public static async Task RemoveAsync(ImapConnection imap, string mailbox, CancellationToken cancellationToken)
    {
        if (await ExistsAsync(imap, mailbox, cancellationToken))
            await imap.RunAsync($"DELETE \"{mailbox}\"", Responses.Ignored, cancellationToken);
    }
}
