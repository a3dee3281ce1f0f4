using Casella.Core.Filtering.Spam;
using Casella.Core.Storage;
using Casella.Storage.Sql;

namespace Casella.Storage.Sqlite;

/// <summary>What the domains have learnt about spam, in one database, DATA/spam.db.</summary>
internal sealed class SqliteSpamStore(StorageFolder folder) : ISpamStore, IAsyncDisposable
{
    /// <summary>A message that came so long ago is not moved any more.</summary>
    private static readonly TimeSpan KeepsClasses = TimeSpan.FromDays(400);

    private readonly SharedDatabase _spam = new(Path.Join(folder.Root, "spam.db"), "spam", SpamSchema.Migrations);

    public Task<SpamKnowledge> KnowledgeAsync(string domain, SpamQuestion question, CancellationToken cancellationToken) => _spam.RunAsync(
        database =>
        {
            if (Find(database, domain) is not { } id)
                return SpamKnowledge.None;
            var words = WordsOf(database, id);
            return new SpamKnowledge(null, words.ListedAs(question.Entries), false, words.Totals, words.Find(question.Words));
        },
        cancellationToken);

    public Task<SpamStatistics> StatisticsAsync(string domain, CancellationToken cancellationToken) => _spam.RunAsync(
        database =>
        {
            if (Find(database, domain) is not { } id)
                return new SpamStatistics(0, 0, 0, 0);
            var words = WordsOf(database, id);
            return new SpamStatistics(words.Totals.Spam, words.Totals.Ham, words.Words, 0);
        },
        cancellationToken);

    public Task<SpamTotals> TotalsAsync(string domain, CancellationToken cancellationToken) => _spam.RunAsync(
        database => Find(database, domain) is { } id ? WordsOf(database, id).Totals : default, cancellationToken);

    public Task LearnAsync(string domain, HouseLesson lesson, DateTimeOffset at, WordBounds bounds, CancellationToken cancellationToken) => _spam.RunAsync(
        database =>
        {
            var id = Find(database, domain) ?? database[SpamStatements.AddDomain].Bind(domain).Scalar()!.Value;
            var before = database[SpamStatements.ClassInDomain].Bind(id).Bind(lesson.Account.Value).Bind(lesson.Message.Value).Scalar();
            if ((SpamClass?)before == lesson.Learned)
                return;
            var words = WordsOf(database, id);
            if (before is { } old)
                words.Count(lesson.Words, -SpamTotals.One((SpamClass)old), bounds);
            if (lesson.Learned is { } learned)
                words.Count(lesson.Words, SpamTotals.One(learned), bounds);
            PutClass(database, id, lesson, at);
        },
        cancellationToken);

    public Task<IReadOnlyList<ListedSender>> ListedAsync(string domain, CancellationToken cancellationToken) => _spam.RunAsync(
        database => Find(database, domain) is { } id ? WordsOf(database, id).Listed() : [], cancellationToken);

    public Task<SpamClass?> PutListedAsync(string domain, string entry, SpamClass? listed, DateTimeOffset at, CancellationToken cancellationToken) => _spam.RunAsync(
        database =>
        {
            var words = WordsOf(database, Find(database, domain) ?? database[SpamStatements.AddDomain].Bind(domain).Scalar()!.Value);
            var before = words.ListedAs([entry]);
            words.PutListed(entry, listed, at);
            return before;
        },
        cancellationToken);

    public ValueTask DisposeAsync()
    {
        _spam.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void PutClass(Database database, long domain, HouseLesson lesson, DateTimeOffset at)
    {
        if (lesson.Learned is { } learned)
            database[SpamStatements.PutClassInDomain]
                .Bind(domain).Bind(lesson.Account.Value).Bind(lesson.Message.Value).Bind((long)learned).Bind(at.ToUnixTimeSeconds()).Run();
        else
            database[SpamStatements.DeleteClassInDomain].Bind(domain).Bind(lesson.Account.Value).Bind(lesson.Message.Value).Run();
        database[SpamStatements.ForgetClassesInDomain].Bind(domain).Bind((at - KeepsClasses).ToUnixTimeSeconds()).Run();
    }

    private static long? Find(Database database, string domain) => database[SpamStatements.DomainId].Bind(domain).Scalar();

    private static LearntWords WordsOf(Database database, long domain) => new(database, SpamStatements.OfDomain, domain);
}
