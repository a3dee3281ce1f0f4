using Casella.Core;
using Casella.Core.Filtering.Spam;
using Casella.Core.Storage;
using Casella.Storage.Sql;

namespace Casella.Storage.Sqlite;

/// <summary>Part of the writer's view of its account: see <see cref="ISpamRows"/>.</summary>
/// <param name="wrote">Told of each write that must be committed.</param>
internal sealed class SpamRows(Database database, AccountId account, Action wrote) : ISpamRows
{
    private readonly LearntWords _words = new(database, SpamStatements.OfAccount, account.Value);

    public ModSeq LearnedTo
    {
        get => new(database[SpamStatements.LearnedTo].Bind(account.Value).Scalar() ?? 0);
        set => Run(database[SpamStatements.PutLearnedTo].Bind(account.Value).Bind(value.Value));
    }

    public SpamTotals Totals => _words.Totals;

    public SpamStatistics Statistics() => new(
        Totals.Spam, Totals.Ham, _words.Words, database[SpamStatements.CountSenders].Bind(account.Value).Scalar()!.Value);

    public SpamClass? ClassOf(EmailId message) =>
        database[SpamStatements.ClassOf].Bind(account.Value).Bind(message.Value).Scalar() is { } learned ? (SpamClass)learned : null;

    public void PutClass(EmailId message, SpamClass? learned, DateTimeOffset at) => Run(learned is { } given
        ? database[SpamStatements.PutClass].Bind(account.Value).Bind(message.Value).Bind((long)given).Bind(at.ToUnixTimeSeconds())
        : database[SpamStatements.DeleteClass].Bind(account.Value).Bind(message.Value));

    public void Count(IReadOnlyList<long> words, SpamTotals change, WordBounds bounds)
    {
        wrote();
        _words.Count(words, change, bounds);
    }

    public void MeetSender(long sender, SenderMeeting meeting, DateTimeOffset at) => Run(
        database[SpamStatements.MeetSender].Bind(account.Value).Bind(sender).Bind(at.ToUnixTimeSeconds()).Bind(meeting.IsWrittenTo ? 1 : 0).Bind(meeting.Spam));

    public IReadOnlyList<ListedSender> Listed() => _words.Listed();

    public SpamClass? ListedAs(string entry) => _words.ListedAs([entry]);

    public void PutListed(string entry, SpamClass? listed, DateTimeOffset at)
    {
        wrote();
        _words.PutListed(entry, listed, at);
    }

    public void ForgetBefore(DateTimeOffset senders, DateTimeOffset classes)
    {
        Run(database[SpamStatements.ForgetSenders].Bind(account.Value).Bind(senders.ToUnixTimeSeconds()));
        Run(database[SpamStatements.ForgetClasses].Bind(account.Value).Bind(classes.ToUnixTimeSeconds()));
    }

    private void Run(Statement statement)
    {
        wrote();
        statement.Run();
    }
}
