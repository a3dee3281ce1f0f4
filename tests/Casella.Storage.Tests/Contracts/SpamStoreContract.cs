using AwesomeAssertions;
using Casella.Core;
using Casella.Core.Filtering.Spam;
using Casella.Core.Storage;

namespace Casella.Storage.Tests.Contracts;

/// <summary>
/// What Core relies on, whatever keeps what the domains have learnt. Each implementation of <see cref="ISpamStore"/> has a
/// class that derives from this one.
/// </summary>
public abstract class SpamStoreContract : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly WordBounds Wide = new(1_000, Noon);

    private protected ISpamStore Store { get; private set; } = null!;

    public ValueTask InitializeAsync()
    {
        Store = Open();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_same_lesson_again_changes_nothing_and_another_takes_its_place()
    {
        for (var i = 0; i < 2; i++)
            await LearnAsync(1, SpamClass.Spam, [10, 11]);
        await LearnAsync(2, SpamClass.Ham, [11, 12]);
        (await Store.TotalsAsync("example.org", None)).Should().Be(new SpamTotals(1, 1));
        (await WordsAsync(10, 11, 12, 13)).Should().BeEquivalentTo(new Dictionary<long, SpamTotals> { [10] = new(1, 0), [11] = new(1, 1), [12] = new(0, 1) });

        await LearnAsync(1, SpamClass.Ham, [10, 11]);
        (await Store.TotalsAsync("example.org", None)).Should().Be(new SpamTotals(0, 2));
        await LearnAsync(1, null, [10, 11]);
        await LearnAsync(2, null, [11, 12]);
        await LearnAsync(2, null, [11, 12]);
        (await Store.TotalsAsync("example.org", None)).Should().Be(default(SpamTotals));
        (await Store.StatisticsAsync("example.org", None)).Should().Be(new SpamStatistics(0, 0, 3, 0));
    }

    [Fact]
    public async Task Domains_know_nothing_of_each_other()
    {
        await LearnAsync(1, SpamClass.Spam, [10]);
        await Store.PutListedAsync("example.org", "shop.test", SpamClass.Spam, Noon, None);
        (await Store.KnowledgeAsync("other.org", new SpamQuestion(0, ["shop.test"], [], [10]), None)).Should().BeEquivalentTo(SpamKnowledge.None);
        (await Store.ListedAsync("other.org", None)).Should().BeEmpty();
    }

    [Fact]
    public async Task The_most_exact_entry_of_the_list_counts()
    {
        (await Store.PutListedAsync("example.org", "shop.test", SpamClass.Spam, Noon, None)).Should().BeNull();
        await Store.PutListedAsync("example.org", "a@shop.test", SpamClass.Ham, Noon, None);
        (await Store.KnowledgeAsync("example.org", new SpamQuestion(0, ["a@shop.test", "shop.test"], [], []), None)).Listed.Should().Be(SpamClass.Ham);
        (await Store.PutListedAsync("example.org", "a@shop.test", null, Noon, None)).Should().Be(SpamClass.Ham);
        (await Store.KnowledgeAsync("example.org", new SpamQuestion(0, ["a@shop.test", "shop.test"], [], []), None)).Listed.Should().Be(SpamClass.Spam);
    }

    [Fact]
    public async Task Beyond_the_bound_words_that_were_seen_once_and_long_ago_go()
    {
        for (var i = 0; i < 32; i++)
            await Store.LearnAsync(
                "example.org", new HouseLesson(new AccountId(7), new EmailId(i + 1), SpamClass.Spam, [1, 2, .. Enumerable.Range(100 + (i * 10), 10).Select(word => (long)word)]),
                Noon.AddDays(i), new WordBounds(100, Noon.AddDays(i)), None);
        (await Store.StatisticsAsync("example.org", None)).Words.Should().BeLessThanOrEqualTo(100);
        (await WordsAsync(1, 2, 100, 410)).Keys.Should().BeEquivalentTo([1L, 2L, 410L]);
    }

    private protected abstract ISpamStore Open();
    private protected abstract ValueTask CloseAsync();

    private Task LearnAsync(long message, SpamClass? learned, IReadOnlyList<long> words) =>
        Store.LearnAsync("example.org", new HouseLesson(new AccountId(7), new EmailId(message), learned, words), Noon, Wide, None);

    private async Task<IReadOnlyDictionary<long, SpamTotals>> WordsAsync(params long[] words) =>
        (await Store.KnowledgeAsync("example.org", new SpamQuestion(0, [], [], words), None)).Words;
}
