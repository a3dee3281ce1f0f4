using Casella.Core.Messages.Searching;
using Casella.Core.Messages.Threading;
using Casella.Formats.Mime;
using CsCheck;

namespace Casella.Core.Tests.Messages.Threading;

/// <summary>Whatever strangers write into References, each message is in one conversation, once (RFC 5256 §3).</summary>
public sealed class ReferenceThreadingTests
{
    /// <summary>A message of this number has no Message-ID.</summary>
    private const int NoId = 12;

    private static readonly Gen<Letter[]> Letters = Gen.Select(
        Gen.Int[0, 12], Gen.Int[0, 15].Array[0, 5], Gen.Int[0, 5], Gen.Int[0, 2], Gen.Bool,
        (id, references, day, subject, isReply) => new Letter(id, references, day, subject == 0 ? "" : $"S{subject}", isReply)).Array[0, 25];

    [Fact]
    public void Each_message_is_there_once_and_answers_are_sorted() => Letters.Sample(
        letters =>
        {
            var threads = Thread(letters);
            var seen = new List<int>();
            Walk(threads, node =>
            {
                if (!node.IsDummy)
                    seen.Add(node.Message.Position);
                node.Children.Select(Rank).Should().BeInAscendingOrder();
                node.Children.Should().OnlyContain(child => child.Uid != null, "only the top may have a dummy");
            });
            threads.Select(Rank).Should().BeInAscendingOrder();
            threads.Should().OnlyContain(root => root.Uid != null || root.Children.Count > 1);
            seen.Order().Should().Equal(Enumerable.Range(0, letters.Length));
            threads.Where(root => root.Leader.Subject != default).Select(root => root.Leader.Subject).Should().OnlyHaveUniqueItems();
        },
        iter: 2_000);

    [Fact]
    public void By_subject_too_each_message_is_there_once() => Letters.Sample(
        letters =>
        {
            var seen = new List<int>();
            var threads = OrderedSubject.Thread([.. letters.Select((letter, i) => letter.Message(i))]);
            Walk(threads, node => seen.Add(node.Message.Position));
            seen.Order().Should().Equal(Enumerable.Range(0, letters.Length));
            threads.Select(root => root.Message.Subject).Should().OnlyHaveUniqueItems();
        },
        iter: 500);

    [Fact]
    public void A_conversation_may_be_deeper_than_the_stack()
    {
        const int Depth = 30_000;
        IReadOnlyList<ThreadNode> threads = [];
        var thread = new Thread(() => threads = Thread([.. Enumerable.Range(0, Depth).Select(i => new Letter(i + 100, i == 0 ? [] : [i + 99], 0, "", false))]), 256 * 1024);
        thread.Start();
        thread.Join();
        threads.Should().ContainSingle();
        var depth = 0;
        for (var node = threads[0]; node is not null; node = node.Children.Count > 0 ? node.Children[0] : null)
            depth++;
        depth.Should().Be(Depth);
    }

    [Fact]
    public void A_loop_of_references_is_cut()
    {
        var threads = Thread([new Letter(1, [2], 0, "", false), new Letter(2, [1], 1, "", false)]);
        threads.Should().ContainSingle();
        threads[0].Children.Should().ContainSingle().Which.Children.Should().BeEmpty();
    }

    [Fact]
    public void Endless_invented_ids_are_refused_before_they_fill_the_memory()
    {
        var threading = new ReferenceThreading(new TimeBudget(TimeProvider.System, TimeSpan.FromMinutes(1)), 0);
        var act = () =>
        {
            for (var i = 0; i < 30_000; i++)
                threading.Add(new ThreadMessage(new Uid((uint)i + 1), i, 0, default, false, 0), new ThreadLinks(ThreadLinks.Pack(default, false, null, [.. Enumerable.Range(0, 100).Select(j => ThreadKey.Of($"{i}.{j}@x"))])));
        };
        act.Should().Throw<MailException>().Which.Error.Should().Be(MailError.TooExpensive);
    }

    [Theory]
    [InlineData("References: <a@x> <b@x>\r\nIn-Reply-To: <c@x>\r\n\r\n", "a@x b@x")]
    [InlineData("References: none\r\nIn-Reply-To: <c@x> <d@x>\r\n\r\n", "c@x")]
    [InlineData("In-Reply-To: \"anna@example.test\" of Monday\r\n\r\n", "")]
    [InlineData("References: <\"a\"@x> <\"b c\\\"\"@x>\r\n\r\n", "a@x \"b c\\\"\"@x")]
    public void References_are_read_as_the_rfc_says(string header, string expected) =>
        string.Join(' ', ThreadReferences.Read(System.Text.Encoding.ASCII.GetBytes(header)).References).Should().Be(expected);

    [Fact]
    public void Of_many_references_the_last_count()
    {
        var header = "References: " + string.Join("\r\n ", Enumerable.Range(0, 1_000).Select(i => $"<{i}@x>")) + "\r\n\r\n";
        var read = ThreadReferences.Read(System.Text.Encoding.ASCII.GetBytes(header)).References;
        read.Should().HaveCount(100);
        read[^1].Should().Be("999@x");
    }

    [Fact]
    public void What_is_kept_of_a_header_is_what_was_read() => Letters.Sample(
        letters =>
        {
            foreach (var letter in letters)
            {
                var links = new ThreadLinks(letter.Packed);
                links.Subject.Should().Be(ThreadKey.Of(letter.Subject));
                links.IsReply.Should().Be(letter.IsReply);
                links.Id.Should().Be(letter.Id == NoId ? null : ThreadKey.Of($"{letter.Id}@x"));
                links.References.Should().Be(letter.References.Length);
                for (var i = 0; i < letter.References.Length; i++)
                    links.Reference(i).Should().Be(ThreadKey.Of($"{letter.References[i]}@x"));
                ThreadLinks.IsPacked(letter.Packed.AsSpan(1)).Should().BeFalse();
            }
        },
        iter: 100);

    private static IReadOnlyList<ThreadNode> Thread(Letter[] letters)
    {
        var threading = new ReferenceThreading(new TimeBudget(TimeProvider.System, TimeSpan.FromMinutes(1)), 0);
        for (var i = 0; i < letters.Length; i++)
            threading.Add(letters[i].Message(i), new ThreadLinks(letters[i].Packed));
        return threading.Threads();
    }

    private static long Rank(ThreadNode node) => node.Leader.SentAt * 100 + node.Leader.Position;

    private static void Walk(IReadOnlyList<ThreadNode> threads, Action<ThreadNode> visit)
    {
        var open = new Stack<ThreadNode>(threads);
        while (open.TryPop(out var node))
        {
            visit(node);
            foreach (var child in node.Children)
                open.Push(child);
        }
    }

    private sealed record Letter(int Id, int[] References, int Day, string Subject, bool IsReply)
    {
        public ThreadMessage Message(int position) =>
            new(new Uid((uint)position + 1), position, Day, ThreadKey.Of(Subject), IsReply, 0);

        public byte[] Packed { get; } = ThreadLinks.Pack(
            ThreadKey.Of(Subject), IsReply, Id == NoId ? null : ThreadKey.Of($"{Id}@x"),
            [.. References.Select(id => ThreadKey.Of($"{id}@x"))]);
    }
}
