using Casella.Bench.Corpus;
using Casella.Bench.Running;
using Casella.Bench.Wire;

namespace Casella.Bench.Workloads;

/// <summary>
/// Whole messages are downloaded: a mailbox at once, big ones, or one by one as a reader clicks. The first download
/// is compared with what was put in, byte by byte; the timed ones by their octets.
/// </summary>
internal static class FetchBodies
{
    /// <summary>Every message of the prepared mailbox in one command.</summary>
    public static Task<Outcome> AllAsync(Plan plan, CancellationToken cancellationToken) =>
        WholeAsync(plan, PreparedMailbox.Corpus(plan.Bench), cancellationToken);

    /// <summary>Messages of 5 MB.</summary>
    public static Task<Outcome> BigAsync(Plan plan, CancellationToken cancellationToken) =>
        WholeAsync(plan, PreparedMailbox.Big(), cancellationToken);

    /// <summary>One message a command.</summary>
    public static async Task<Outcome> OneByOneAsync(Plan plan, CancellationToken cancellationToken)
    {
        var mailbox = PreparedMailbox.Corpus(plan.Bench);
        await mailbox.EnsureAsync(plan.Bench, cancellationToken);
        var measured = await new Load<ImapConnection>(
            plan.Connections, plan.Bench.Server,
            (_, token) => mailbox.OpenAsync(plan.Bench, token),
            (imap, number, token) => FetchOneAsync(imap, number % mailbox.Count, mailbox.Size, token))
            .DuringAsync(plan.Bench.Duration, cancellationToken);
        return measured.For(measured.Latencies.Count);
    }

    private static async Task<Outcome> WholeAsync(
        Plan plan, PreparedMailbox mailbox, CancellationToken cancellationToken)
    {
        await mailbox.EnsureAsync(plan.Bench, cancellationToken);
        await using (var imap = await mailbox.OpenAsync(plan.Bench, cancellationToken))
        {
            var check = new ContentCheck(mailbox);
            await FetchAllAsync(imap, mailbox, check, cancellationToken);
            check.EndMessage();
        }

        var measured = await new Load<ImapConnection>(
            plan.Connections, plan.Bench.Server,
            (_, token) => mailbox.OpenAsync(plan.Bench, token),
            (imap, _, token) => FetchAllAsync(imap, mailbox, new FetchTally(), token))
            .DuringAsync(plan.Bench.Duration, cancellationToken);
        var messages = (long)measured.Latencies.Count * mailbox.Count;
        var megabytes = messages * mailbox.Size / 1e6;
        return measured.For(messages, new Figure("mb_per_s", megabytes / measured.Elapsed.TotalSeconds));
    }

    private static async Task FetchAllAsync(
        ImapConnection imap, PreparedMailbox mailbox, FetchTally tally, CancellationToken cancellationToken)
    {
        await imap.RunAsync("FETCH 1:* (UID BODY.PEEK[])", tally, cancellationToken);
        tally.Check(mailbox.Count);
        var expected = (long)mailbox.Count * mailbox.Size;
        if (tally.LiteralOctets != expected)
            throw new UnexpectedAnswerException($"{tally.LiteralOctets} octets came, not {expected}");
    }

    private static async Task FetchOneAsync(
        ImapConnection imap, int number, int size, CancellationToken cancellationToken)
    {
        var octets = new OctetTally();
        await imap.RunAsync($"FETCH {number + 1} (FLAGS BODY.PEEK[])", octets, cancellationToken);
        if (octets.Octets != size)
            throw new UnexpectedAnswerException($"{octets.Octets} octets came for message {number + 1}, not {size}");
    }

    private sealed class OctetTally : Responses
    {
        public long Octets { get; private set; }

        public override void Literal(ReadOnlySpan<byte> piece) => Octets += piece.Length;
    }

    /// <summary>Compares each literal with the message that was appended at its place.</summary>
    private sealed class ContentCheck(PreparedMailbox mailbox) : FetchTally
    {
        private byte[] _expected = [];
        private int _position;

        public override void Begin(ReadOnlySpan<byte> line)
        {
            EndMessage();
            base.Begin(line);
            _expected = mailbox.Message(Messages - 1);
            _position = 0;
        }

        public override void Literal(ReadOnlySpan<byte> piece)
        {
            base.Literal(piece);
            if (!_expected.AsSpan(_position).StartsWith(piece))
                throw new UnexpectedAnswerException($"message {Messages} is not as it was put in");
            _position += piece.Length;
        }

        public void EndMessage()
        {
            if (_position != _expected.Length)
                throw new UnexpectedAnswerException($"message {Messages} was cut off at {_position} octets");
        }
    }
}
