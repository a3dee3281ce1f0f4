using Casella.Core.Messages;

namespace Casella.Core.Tests.Changes;

/// <summary>An account as a person sees it: which message is in which folder with which flags; UIDs may be others.</summary>
internal static class MailboxState
{
    public static async Task<List<string>> ReadAsync(MailAccount account)
    {
        var state = new List<string>();
        foreach (var mailbox in (await account.GetTreeAsync(House.Cancelled)).Mailboxes)
        {
            var snapshot = await account.GetSnapshotAsync(mailbox.Id, House.Cancelled);
            for (var i = 0; i < snapshot.Count; i++)
                state.Add(Line(snapshot[i].Email, mailbox.Name.Value, snapshot[i].Flags));
        }

        state.Sort(StringComparer.Ordinal);
        return state;
    }

    /// <summary>The lines of one message.</summary>
    public static List<string> Of(IEnumerable<string> state, EmailId email) =>
        [.. state.Where(line => line.StartsWith($"{email.Value} ", StringComparison.Ordinal))];

    private static string Line(EmailId email, string mailbox, MessageFlags flags) => $"{email.Value} {mailbox} {flags.Bits}";
}
