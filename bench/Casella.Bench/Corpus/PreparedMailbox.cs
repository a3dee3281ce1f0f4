using Casella.Bench.Running;
using Casella.Bench.Wire;

namespace Casella.Bench.Corpus;

/// <summary>
/// A mailbox of the reader with known content: message n is <see cref="SampleMessage"/> n. It is filled once and found
/// again by later runs.
/// </summary>
internal sealed record PreparedMailbox(string Name, int Count, int Size)
{
    private const string Run = "corpus";

    // The appends in flight together: enough to hide the round trip, few enough for any server's input buffer.
    private const int Batch = 40;
    private const int LargeBatch = 1;

    public static PreparedMailbox Corpus(BenchSettings bench) => new("bench-corpus", bench.Messages, bench.Size);

    /// <summary>20 messages of 5 MB, as scanned documents make them.</summary>
    public static PreparedMailbox Big() => new("bench-big", 20, 5 * 1024 * 1024);

    public static PreparedMailbox Maildrop(BenchSettings bench) => new("INBOX", bench.Messages / 5, bench.Size);

    /// <summary>The content of message <paramref name="number"/>, from 0.</summary>
    public byte[] Message(int number) => SampleMessage.Build(number * (Size > 1_000_000 ? 10 : 1), Size, Run);

    /// <summary>How many of the messages have a property.</summary>
    public int CountOf(Func<int, bool> has) => Enumerable.Range(0, Count).Count(has);

    /// <summary>Fills the mailbox unless it is full already; goes on where an interrupted run has ended.</summary>
    public async Task EnsureAsync(BenchSettings bench, CancellationToken cancellationToken)
    {
        await using var imap = await bench.SignInAsync(bench.Reader, cancellationToken);
        var start = await Scratch.ExistsAsync(imap, Name, cancellationToken)
            ? await Scratch.CountAsync(imap, Name, cancellationToken)
            : 0;
        if (start == Count)
            return;
        if (start is 0 || start > Count)
        {
            await Scratch.EmptyAsync(imap, Name, cancellationToken);
            start = 0;
        }

        await imap.AskCapabilitiesAsync(cancellationToken);
        var batch = Size > 100_000 ? LargeBatch : Batch;
        foreach (var numbers in Enumerable.Range(start, Count - start).Chunk(batch))
        {
            var messages = numbers.Select(number => (SampleMessage.Flags(number), Message(number))).ToList();
            await imap.AppendAllAsync(Name, messages, cancellationToken);
        }

        var found = await Scratch.CountAsync(imap, Name, cancellationToken);
        if (found != Count)
            throw new UnexpectedAnswerException($"{Name} has {found} messages after {Count} were appended");
    }

    /// <summary>Signs in as the reader and opens the mailbox.</summary>
    public async Task<ImapConnection> OpenAsync(BenchSettings bench, CancellationToken cancellationToken)
    {
        var imap = await bench.SignInAsync(bench.Reader, cancellationToken);
        await imap.RunAsync($"SELECT \"{Name}\"", Responses.Ignored, cancellationToken);
        return imap;
    }
}
