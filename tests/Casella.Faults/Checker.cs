using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Casella.Faults;

/// <summary>
/// Compares what the server has after a fault with what the clients know (invariants I1, I2, I3, I6). What was
/// ambiguous is settled by what is found.
/// </summary>
internal sealed class Checker
{
    private static readonly string[] Mailboxes = ["INBOX", "Archive", "Trash", "Sent", "Drafts", "SPAM"];

    private readonly ConcurrentDictionary<string, MailboxState> _before = new(StringComparer.Ordinal);

    /// <summary>Every violation, in words; none when all is well.</summary>
    public async Task<IReadOnlyList<string>> CheckAsync(ServerUnderTest server, LoadedAccount account, CancellationToken cancellationToken)
    {
        var violations = new List<string>();
        var found = new Dictionary<string, List<FoundMessage>>(StringComparer.Ordinal);
        using (var imap = await ImapWire.SignInAsync(server.Imaps, account.Address, account.Password, cancellationToken))
        {
            foreach (var mailbox in Mailboxes)
                await ReadAsync(imap, account, mailbox, found, violations, cancellationToken);
        }

        foreach (var message in account.Ledger.Messages)
            Check(message, found.GetValueOrDefault(message.Id, []), violations);
        foreach (var id in found.Keys.Where(id => account.Ledger.Find(id) is null))
            violations.Add($"{id} is there and nobody has sent it");
        return violations;
    }

    private async Task ReadAsync(
        ImapWire imap, LoadedAccount account, string mailbox, Dictionary<string, List<FoundMessage>> found, List<string> violations,
        CancellationToken cancellationToken)
    {
        var selected = await imap.SendAsync($"SELECT {mailbox}", cancellationToken);
        var state = new MailboxState(Number(selected, "UIDVALIDITY "), Number(selected, "UIDNEXT "), Number(selected, "HIGHESTMODSEQ "));
        var key = $"{account.Address}/{mailbox}";
        if (_before.TryGetValue(key, out var before))
        {
            if (state.UidValidity != before.UidValidity)
                violations.Add($"{key}: UIDVALIDITY was {before.UidValidity} and is {state.UidValidity}");
            if (state.UidNext < before.UidNext || state.HighestModSeq < before.HighestModSeq)
                violations.Add($"{key}: went back from {before} to {state}");
        }

        _before[key] = state;
        long last = 0;
        foreach (var answer in await imap.SendAsync("UID FETCH 1:* (UID FLAGS BODY.PEEK[])", cancellationToken))
        {
            if (!answer.StartsWith("* ", StringComparison.Ordinal) || !answer.Contains(" FETCH (", StringComparison.Ordinal))
                continue;
            var message = FoundMessage.Read(mailbox, answer);
            if (message.Uid <= last || message.Uid >= state.UidNext)
                violations.Add($"{key}: UID {message.Uid} after {last}, UIDNEXT {state.UidNext}");
            last = message.Uid;
            if (!found.TryGetValue(message.Id, out var list))
                found[message.Id] = list = [];
            list.Add(message);
        }
    }

    private static void Check(TrackedMessage message, List<FoundMessage> found, List<string> violations)
    {
        var places = string.Join(" or ", message.Places.Select(place => place.Length == 0 ? "nowhere" : place));
        if (found.Count > 1)
            violations.Add($"{message.Id} is there {found.Count} times: {string.Join(", ", found.Select(f => f.Mailbox))}");
        var place = found.Count == 0 ? TrackedMessage.Gone : found[0].Mailbox;
        if (!message.Places.Contains(place))
            violations.Add($"{message.Id} should be {places}, and is {(place.Length == 0 ? "nowhere" : place)}");
        if (found.Count == 0)
        {
            message.IsIn(TrackedMessage.Gone);
            return;
        }

        var one = found[0];
        if (!one.Content.EndsWith(Encoding.Latin1.GetString(message.Content), StringComparison.Ordinal))
            violations.Add($"{message.Id} is not what was sent");
        if (!message.Flagged.Contains(one.IsFlagged))
            violations.Add($"{message.Id}: \\Flagged is {one.IsFlagged}");
        if (message is { Uid: > 0, Places.Count: 1 } && message.Uid != one.Uid)
            violations.Add($"{message.Id} had UID {message.Uid} and has {one.Uid}");
        message.IsIn(one.Mailbox);
        message.Uid = one.Uid;
        message.Flagged.Clear();
        message.Flagged.Add(one.IsFlagged);
    }

    private static long Number(List<string> answers, string code)
    {
        var answer = answers.Single(a => a.Contains(code, StringComparison.Ordinal));
        var start = answer.IndexOf(code, StringComparison.Ordinal) + code.Length;
        return long.Parse(answer.AsSpan(start, answer.IndexOf(']', start) - start), CultureInfo.InvariantCulture);
    }

    private readonly record struct MailboxState(long UidValidity, long UidNext, long HighestModSeq);

    private sealed record FoundMessage(string Mailbox, string Id, uint Uid, bool IsFlagged, string Content)
    {
        public static FoundMessage Read(string mailbox, string answer)
        {
            var head = answer[..answer.IndexOf("BODY[]", StringComparison.Ordinal)];
            var uid = head[(head.IndexOf("UID ", StringComparison.Ordinal) + 4)..].Split(' ', ')')[0];
            var content = answer[(answer.IndexOf("}\r\n", StringComparison.Ordinal) + 3)..^1];
            var id = content[(content.IndexOf("X-Id: ", StringComparison.Ordinal) + 6)..];
            return new FoundMessage(
                mailbox, id[..id.IndexOf('\r', StringComparison.Ordinal)], uint.Parse(uid, CultureInfo.InvariantCulture),
                head.Contains("\\Flagged", StringComparison.Ordinal), content);
        }
    }
}
