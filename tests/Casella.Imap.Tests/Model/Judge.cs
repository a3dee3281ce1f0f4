using System.Globalization;
using Casella.Imap.Tests.Wire;
using Casella.Transcripts;

namespace Casella.Imap.Tests.Model;

/// <summary>A message as the server has it.</summary>
internal readonly record struct Held(string Flags, long ModSeq);

/// <summary>
/// Asks the server what it has, in a session that does nothing else, and holds the mod-sequences to RFC 7162: each
/// change gets a higher one than all before it.
/// </summary>
internal sealed class Judge(WireClient client, string mailbox)
{
    private long _highest;

    /// <summary>By UID, as of the last <see cref="LookAsync"/>.</summary>
    public IReadOnlyDictionary<uint, Held> Messages { get; private set; } = new Dictionary<uint, Held>();

    public async Task LookAsync()
    {
        var before = Messages;
        var lines = await client.CommandAsync("j UID FETCH 1:* (FLAGS MODSEQ)");
        // What is expunged is told behind: those have no number any more.
        var gone = lines.Count(line => line.StartsWith("* VANISHED", StringComparison.Ordinal));
        if (gone > 0)
            lines = await client.CommandAsync("j UID FETCH 1:* (FLAGS MODSEQ)");
        var now = new Dictionary<uint, Held>();
        foreach (var response in lines.Select(line => new Response(line)))
            if (response.FetchedUid is { } uid)
                now[uid] = new Held(response.Flags!, response.ModSeq!.Value);
        Messages = now;
        foreach (var (uid, held) in now)
            CheckModSeq(uid, held, before);
        _highest = Math.Max(_highest, now.Values.Select(held => held.ModSeq).DefaultIfEmpty().Max());
    }

    /// <summary>STATUS tells the same from the counters.</summary>
    public async Task CheckStatusAsync(uint? uidNext)
    {
        var line = (await client.CommandAsync($"j STATUS {mailbox} (MESSAGES UNSEEN DELETED UIDNEXT)"))[0];
        int With(string flag) => Messages.Values.Count(held => held.Flags.Contains(flag, StringComparison.Ordinal));
        var expected = string.Create(
            CultureInfo.InvariantCulture, $"(MESSAGES {Messages.Count} UNSEEN {Messages.Count - With("\\Seen")} DELETED {With("\\Deleted")} UIDNEXT {uidNext}");
        if (!line.Contains(uidNext is null ? expected[..expected.IndexOf(" UIDNEXT", StringComparison.Ordinal)] : expected, StringComparison.Ordinal))
            throw new InvalidOperationException($"Counted {expected}: {line}");
    }

    /// <summary>What a client believes that has been told everything.</summary>
    public void Hear(BelievingClient told)
    {
        var believed = told.Messages.Select(message => $"{message.Uid} {message.Flags}");
        var held = Messages.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value.Flags}");
        if (!believed.SequenceEqual(held, StringComparer.Ordinal))
            throw told.Lie($"believes [{string.Join(", ", believed)}] of [{string.Join(", ", held)}]");
        foreach (var message in told.Messages)
            if (told.IsCondstore && message.ModSeq != 0 && message.ModSeq != Messages[message.Uid].ModSeq)
                throw told.Lie($"believes MODSEQ {message.ModSeq} of UID {message.Uid}, which has {Messages[message.Uid].ModSeq}");
    }

    private void CheckModSeq(uint uid, Held now, IReadOnlyDictionary<uint, Held> before)
    {
        var isKept = before.TryGetValue(uid, out var was) && now.ModSeq == was.ModSeq;
        if (isKept ? !string.Equals(was.Flags, now.Flags, StringComparison.Ordinal) : now.ModSeq <= _highest)
            throw new InvalidOperationException($"UID {uid} was {was} and is {now}; the highest was {_highest}.");
    }
}
