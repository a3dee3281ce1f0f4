using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Messages.Searching;
using Casella.Core.Messages.Threading;
using Casella.Core.Storage;
using CsCheck;

namespace Casella.Core.Tests.Messages.Searching;

/// <summary>
/// Whatever the full-text index has or has not, SEARCH answers the same: random messages, random questions, the index
/// at every stage of its life.
/// </summary>
public sealed class MessageIndexingTests
{
    private static readonly string[] Words =
    [
        "perché", "PERCHE", "fattura", "caffè", "n. 42/b", "東京都", "京", "🎉", "a\"b", "Straße", "è", "zz", "x", "*", "AND", "rossi@example.test", "%_\\", "ab\0cd",
    ];

    private static readonly Gen<string> Text = Gen.Int[0, Words.Length - 1].Select(i => Words[i]).Array[1, 6].Select(words => string.Join(' ', words));

    private static readonly Gen<string> Message = Gen.Select(
        Text, Text, Text, Gen.Bool, (subject, from, body, isFile) => $"Subject: {subject}\r\nFrom: {from} <a@example.test>\r\nX-Note: {from}\r\nDate: Tue, 24 Nov 2026 10:00:00 +0100\r\nContent-Type: text/plain; charset=utf-8\r\n{(isFile ? $"Content-Disposition: attachment; filename=\"{subject}\"\r\n" : "")}\r\n{body}\r\n");

    /// <summary>A piece of a text: words, parts of words, across words.</summary>
    private static readonly Gen<string> Piece = Gen.Select(
        Text, Gen.Int[0, 100], Gen.Int[1, 9], (text, from, length) => text.Substring(from % text.Length, Math.Min(length, text.Length - (from % text.Length))));

    private static readonly Gen<SearchCriterion> Term = Gen.Select(Gen.Int[0, 10], Piece, SearchCriterion (kind, piece) => kind switch
    {
        0 => new SearchCriterion.Body(piece),
        1 => new SearchCriterion.Header("Subject", piece),
        2 => new SearchCriterion.Header("FROM", piece),
        3 => new SearchCriterion.Header("X-Note", piece),
        4 => new SearchCriterion.Sent(DateComparison.Since, new DateOnly(2026, 11, piece.Length % 2 == 0 ? 24 : 25)),
        5 => new SearchCriterion.Fuzzy(new SearchCriterion.Body(piece)),
        6 => new SearchCriterion.Fuzzy(new SearchCriterion.Header("Subject", piece)),
        7 => new SearchCriterion.Fuzzy(new SearchCriterion.Anywhere(piece)),
        8 => new SearchCriterion.AttachmentNamed(piece),
        _ => new SearchCriterion.Anywhere(piece),
    });

    private static readonly Gen<SearchCriterion> Question = Gen.Select(Gen.Int[0, 4], Term, Term, SearchCriterion (kind, one, other) => kind switch
    {
        0 => new SearchCriterion.And([one, other]),
        1 => new SearchCriterion.Or(one, other),
        2 => new SearchCriterion.Not(one),
        3 => new SearchCriterion.And([new SearchCriterion.Not(one), new SearchCriterion.HasFlag(MessageFlags.Flagged)]),
        _ => one,
    });

    [Fact]
    public async Task With_the_index_at_any_stage_a_search_finds_what_it_finds_without()
    {
        await using var house = await House.OpenAsync("anna");
        var anna = await house.DoorAsync("anna");
        var inbox = (await anna.GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!.Id;
        var index = house.Get<IMailStore>().Search;
        var rounds = Gen.Select(Message.Array[1, 4], Question.Array[5], Gen.Int[0, 3]);

        // One account for all rounds: the index has all, some or none of it, and now and then it is removed.
        await rounds.SampleAsync(
            async round =>
            {
                var (messages, questions, stage) = round;
                foreach (var text in messages)
                    await AppendAsync(anna, inbox, text);
                if (stage == 0)
                    await index.DeleteAsync(anna.Id, House.Cancelled);
                if (stage == 1)
                    await ExpungeSomeAsync(house, anna, inbox);
                var snapshot = await anna.GetSnapshotAsync(inbox, House.Cancelled);
                var found = new List<IReadOnlyList<Uid>>();
                foreach (var question in questions)
                    found.Add(await anna.SearchAsync(snapshot, question, House.Cancelled));
                if (stage != 2)
                    while (await house.Get<MessageIndexing>().IndexNextAsync(anna.Id, House.Cancelled))
                        continue;
                for (var i = 0; i < questions.Length; i++)
                {
                    (await anna.SearchAsync(snapshot, questions[i], House.Cancelled)).Should().Equal(found[i], questions[i].ToString());
                    var newest = await anna.SearchNewestAsync(snapshot, questions[i], i, House.Cancelled);
                    newest.Uids.Should().Equal(found[i].TakeLast(i), questions[i].ToString());
                }

                await WithoutIndexAsync(house, anna, snapshot, questions, found);
            },
            iter: 60, threads: 1);
    }

    [Fact]
    public async Task A_message_is_found_at_once_and_what_is_gone_leaves_the_index()
    {
        await using var house = await House.OpenAsync("anna");
        var anna = await house.DoorAsync("anna");
        var inbox = (await anna.GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!.Id;
        var indexing = house.Get<MessageIndexing>();
        await AppendAsync(anna, inbox, "Subject: uno\r\n\r\nfattura\r\n");
        indexing.TakeRequests().Should().Equal(anna.Id);
        await indexing.IndexNextAsync(anna.Id, House.Cancelled);
        await AppendAsync(anna, inbox, "Subject: due\r\n\r\nfattura\r\n");

        (await SearchAsync(anna, inbox, new SearchCriterion.Body("fattura"))).Select(uid => uid.Value).Should().Equal(1, 2);

        await indexing.IndexNextAsync(anna.Id, House.Cancelled);
        (await indexing.StatusAsync(anna.Id, House.Cancelled)).Should().BeEquivalentTo(new { Messages = 2, Indexed = 2, Partial = 0 });
        await anna.ExpungeAsync(inbox, [new Uid(1)], onlyDeleted: false, House.Cancelled);
        house.Time.Advance(TimeSpan.FromDays(400));
        await house.Get<IMailStore>().WriteAsync(anna.Id, unit => unit.DeleteOrphans(house.Time.GetUtcNow(), 10), null, House.Cancelled);
        (await indexing.RemoveGoneAsync(anna.Id, House.Cancelled)).Should().Be(1);
        (await indexing.StatusAsync(anna.Id, House.Cancelled)).Indexed.Should().Be(1);
    }

    [Theory]
    [InlineData(ThreadAlgorithm.References)]
    [InlineData(ThreadAlgorithm.Refs)]
    [InlineData(ThreadAlgorithm.OrderedSubject)]
    public async Task Conversations_are_the_same_with_the_index_without_it_and_half_way(ThreadAlgorithm algorithm)
    {
        await using var house = await House.OpenAsync("anna");
        var anna = await house.DoorAsync("anna");
        var inbox = (await anna.GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!.Id;
        string[] messages =
        [
            "Message-ID: <a@x>\r\nDate: Wed, 3 Jun 2026 10:00:00 +0200\r\nSubject: gita\r\n\r\n",
            "Message-ID: <b@x>\r\nDate: Tue, 2 Jun 2026 10:00:00 +0200\r\nIn-Reply-To: <a@x>\r\nSubject: altro\r\n\r\n",
            "Subject: R: =?utf-8?q?perch=C3=A9?=\r\n\r\n",
            "Message-ID: <c@x>\r\nReferences: <a@x> <b@x>\r\nSubject: RE: GITA\r\n\r\n",
            "Message-ID: <d@x>\r\nReferences: <zz@x>\r\nSubject: PERCH\u00c9\r\n\r\n",
            "Message-ID: <a@x>\r\nSubject: \r\n\r\n",
        ];
        foreach (var text in messages)
            await AppendAsync(anna, inbox, text);
        var before = await ThreadsAsync();

        await house.Get<MessageIndexing>().RebuildAsync(anna.Id, (_, _) => { }, House.Cancelled);
        (await ThreadsAsync()).Should().Be(before);

        await AppendAsync(anna, inbox, "Message-ID: <e@x>\r\nReferences: <d@x>\r\nSubject: gita\r\n\r\n");
        var halfWay = await ThreadsAsync();
        await house.Get<IMailStore>().Search.DeleteAsync(anna.Id, House.Cancelled);
        (await ThreadsAsync()).Should().Be(halfWay).And.NotBe(before);

        async Task<string> ThreadsAsync()
        {
            var snapshot = await anna.GetSnapshotAsync(inbox, House.Cancelled);
            return Shown(await anna.ThreadAsync([.. snapshot.Between(0, snapshot.Count)], algorithm, House.Cancelled));
        }

        static string Shown(IEnumerable<ThreadNode> nodes) =>
            string.Concat(nodes.Select(node => $"({node.Uid?.Value}{Shown(node.Children)})"));
    }

    [Fact]
    public async Task A_text_too_large_to_index_is_looked_through()
    {
        await using var house = await House.OpenAsync("anna");
        var anna = await house.DoorAsync("anna");
        var inbox = (await anna.GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!.Id;
        await AppendAsync(anna, inbox, $"Subject: log\r\n\r\n{string.Concat(Enumerable.Repeat("una riga lunga\r\n", 100_000))}ultima parola\r\n");

        var status = await house.Get<MessageIndexing>().RebuildAsync(anna.Id, (_, _) => { }, House.Cancelled);

        status.Should().BeEquivalentTo(new { Messages = 1, Indexed = 1, Partial = 1 });
        (await SearchAsync(anna, inbox, new SearchCriterion.Body("ultima parola"))).Should().HaveCount(1);
        (await SearchAsync(anna, inbox, new SearchCriterion.Header("Subject", "altro"))).Should().BeEmpty();
    }

    [Fact]
    public async Task An_index_that_is_ahead_of_its_account_is_not_believed_and_made_anew()
    {
        await using var house = await House.OpenAsync("anna");
        var anna = await house.DoorAsync("anna");
        var inbox = (await anna.GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!.Id;
        await AppendAsync(anna, inbox, "Subject: uno\r\n\r\nfattura\r\n");
        var index = house.Get<IMailStore>().Search;
        await index.AddAsync(anna.Id, [], new EmailId(0), new IndexMark(new EmailId(5), new ModSeq(1_000_000), "another"), House.Cancelled);

        (await SearchAsync(anna, inbox, new SearchCriterion.Body("fattura"))).Should().HaveCount(1);

        await house.Get<MessageIndexing>().IndexNextAsync(anna.Id, House.Cancelled);
        (await index.MarkAsync(anna.Id, House.Cancelled)).Last.Should().Be(new EmailId(1));
    }

    private static async Task WithoutIndexAsync(
        House house, MailAccount anna, MailboxSnapshot snapshot, SearchCriterion[] questions, List<IReadOnlyList<Uid>> found)
    {
        var index = house.Get<IMailStore>().Search;
        if ((await index.MarkAsync(anna.Id, House.Cancelled)).Last.Value % 5 != 0)
            return;   // now and then, for it has to be made anew
        await index.DeleteAsync(anna.Id, House.Cancelled);
        for (var i = 0; i < questions.Length; i++)
            (await anna.SearchAsync(snapshot, questions[i], House.Cancelled)).Should().Equal(found[i], questions[i].ToString());
    }

    private static async Task AppendAsync(MailAccount anna, MailboxId inbox, string text)
    {
        await using var message = House.Message(text);
        var flags = new FlagNames(text.Length % 2 == 0 ? MessageFlags.Flagged : MessageFlags.None, []);
        await anna.AppendAsync(inbox, [new NewMessage(message, flags, null)], House.Cancelled);
    }

    private static async Task ExpungeSomeAsync(House house, MailAccount anna, MailboxId inbox)
    {
        var snapshot = await anna.GetSnapshotAsync(inbox, House.Cancelled);
        await anna.ExpungeAsync(inbox, [snapshot[0].Uid, snapshot[snapshot.Count - 1].Uid], onlyDeleted: false, House.Cancelled);
        await house.Get<IMailStore>().WriteAsync(anna.Id, unit => unit.DeleteOrphans(DateTimeOffset.MaxValue, 100), null, House.Cancelled);
        await house.Get<MessageIndexing>().RemoveGoneAsync(anna.Id, House.Cancelled);
    }

    private static async Task<IReadOnlyList<Uid>> SearchAsync(MailAccount anna, MailboxId inbox, SearchCriterion criterion) =>
        await anna.SearchAsync(await anna.GetSnapshotAsync(inbox, House.Cancelled), criterion, House.Cancelled);
}
