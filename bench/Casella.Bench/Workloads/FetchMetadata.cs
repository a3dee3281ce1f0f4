using System.Buffers;
using System.Globalization;
using System.Text;
using Casella.Bench.Corpus;
using Casella.Bench.Running;
using Casella.Bench.Wire;

namespace Casella.Bench.Workloads;

/// <summary>
/// What a client reads to fill its message list for the first time, and the flags alone that it reads whenever it
/// comes back. The first answer is read in full and checked item by item; the timed ones are counted.
/// </summary>
internal static class FetchMetadata
{
    private static readonly string[] Everything =
        ["FLAGS", "UID", "ENVELOPE", "BODYSTRUCTURE", "INTERNALDATE", "RFC822.SIZE"];

    public static Task<Outcome> AllAsync(Plan plan, CancellationToken cancellationToken) =>
        RunAsync(plan, Everything, cancellationToken);

    public static Task<Outcome> FlagsAsync(Plan plan, CancellationToken cancellationToken) =>
        RunAsync(plan, ["UID", "FLAGS"], cancellationToken);

    private static async Task<Outcome> RunAsync(Plan plan, string[] items, CancellationToken cancellationToken)
    {
        var mailbox = PreparedMailbox.Corpus(plan.Bench);
        await mailbox.EnsureAsync(plan.Bench, cancellationToken);
        var command = $"FETCH 1:* ({string.Join(' ', items)})";
        var first = new Stopclock(plan.Bench.Server);
        await using (var imap = await mailbox.OpenAsync(plan.Bench, cancellationToken))
        {
            var check = new ItemCheck(items, mailbox.Size);
            await first.MeasureAsync(() => imap.RunAsync(command, check, cancellationToken));
            check.Finish(mailbox.Count);
        }

        var measured = await new Load<ImapConnection>(
            plan.Connections, plan.Bench.Server,
            (_, token) => mailbox.OpenAsync(plan.Bench, token),
            (imap, _, token) => FetchAsync(imap, command, mailbox.Count, token))
            .DuringAsync(plan.Bench.Duration, cancellationToken);
        return measured.For(
            (long)measured.Latencies.Count * mailbox.Count,
            new Figure("first_ms", first.Read().Elapsed.TotalMilliseconds));
    }

    private static async Task FetchAsync(
        ImapConnection imap, string command, int messages, CancellationToken cancellationToken)
    {
        var tally = new FetchTally();
        await imap.RunAsync(command, tally, cancellationToken);
        tally.Check(messages);
    }

    /// <summary>Sees that every response has every item, and the right size.</summary>
    private sealed class ItemCheck(string[] items, int size) : FetchTally
    {
        private readonly string _size = string.Create(CultureInfo.InvariantCulture, $"RFC822.SIZE {size}");
        private readonly ArrayBufferWriter<byte> _response = new();

        public override void Begin(ReadOnlySpan<byte> line)
        {
            EndResponse();
            base.Begin(line);
            _response.Write(line);
        }

        public override void Literal(ReadOnlySpan<byte> piece) => _response.Write(piece);

        public override void Continue(ReadOnlySpan<byte> line) => _response.Write(line);

        public void Finish(int messages)
        {
            EndResponse();
            Check(messages);
        }

        private void EndResponse()
        {
            if (_response.WrittenCount == 0)
                return;
            var text = Encoding.UTF8.GetString(_response.WrittenSpan);
            _response.Clear();
            var missing = items.FirstOrDefault(item => !text.Contains(item, StringComparison.Ordinal));
            if (missing is not null)
                throw new UnexpectedAnswerException($"no {missing} in '{text}'");
            if (items.Contains("RFC822.SIZE", StringComparer.Ordinal) && !text.Contains(_size, StringComparison.Ordinal))
                throw new UnexpectedAnswerException($"not of {size} octets: '{text}'");
        }
    }
}
