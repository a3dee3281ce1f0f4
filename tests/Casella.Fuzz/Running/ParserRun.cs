using System.Diagnostics;
using System.Globalization;

namespace Casella.Fuzz.Running;

/// <summary>
/// Runs a parser over a corpus and what is made of it, on a stack of 256 KiB. Whatever it throws is a finding, and so
/// are an input that takes seconds and memory that grows. A stack overflow ends the process; the seed, which is printed
/// first, brings it back.
/// </summary>
internal static class ParserRun
{
    private const int StackSize = 256 * 1024;
    private const long MostGrowth = 64L * 1024 * 1024;

    /// <summary>Far more than any input takes; two busy cores stand still for a second at times.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static void Run(string target, Action<byte[]> parse)
    {
        var run = new OneRun(target, parse);
        OnSmallStack(target, run.Run, () => run.Progress);
    }

    /// <summary>One input, for a test of a limit.</summary>
    public static void Once(string target, Action parse) => OnSmallStack(target, parse, static () => (0, []));

    private static void OnSmallStack(string target, Action work, Func<(long Count, byte[] Input)> progress)
    {
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    work();
                }
                catch (Exception e)
                {
                    failure = e;
                }
            },
            StackSize)
        { IsBackground = true, Name = target };
        thread.Start();
        var before = progress();
        while (!thread.Join(Patience))
        {
            var now = progress();
            if (now.Count == before.Count)
                throw Finding.Of(target, now.Input, $"no end in {Patience.TotalSeconds} s");
            before = now;
        }
        if (failure is not null)
            throw failure as Finding ?? Finding.Of(target, progress().Input, failure.Message, failure);
    }

    private sealed class OneRun(string target, Action<byte[]> parse)
    {
        private long _count;
        private volatile byte[] _input = [];

        public (long Count, byte[] Input) Progress => (Volatile.Read(ref _count), _input);

        public void Run()
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target}: seed {FuzzOptions.Seed}"));
            var corpus = Corpus.Load(target);
            foreach (var input in corpus)
                Try(input);
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var mutator = new Mutator(corpus, FuzzOptions.Seed);
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed < FuzzOptions.Time)
                Try(mutator.Next());
            var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target}: {_count} inputs, memory {growth / 1024:+0;-0;0} KiB"));
            if (growth > MostGrowth)
                throw Finding.Of(target, _input, $"memory has grown by {growth} octets in {_count} inputs");
        }

        private void Try(byte[] input)
        {
            _input = input;
            Volatile.Write(ref _count, _count + 1);
            try
            {
                parse(input);
            }
            catch (Exception e)
            {
                throw Finding.Of(target, input, $"{e.GetType().Name}: {e.Message}", e);
            }
        }
    }
}
