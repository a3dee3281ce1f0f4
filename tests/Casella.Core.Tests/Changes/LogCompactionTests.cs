using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Tests.Changes;

/// <summary>What is left of the change log when it is older than deleted messages are kept.</summary>
public sealed class LogCompactionTests : IAsyncLifetime
{
    private static readonly Actor Phone = new(new PersonId(1), new DeviceId(1), AccessProtocol.Imap, "Anna's iPhone");
    private static readonly Actor Laptop = new(new PersonId(2), new DeviceId(2), AccessProtocol.Imap, "Marco's PC");

    private House _house = null!;
    private MailAccount _phone = null!;
    private MailAccount _laptop = null!;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info");
        (_phone, _laptop) = (await _house.DoorAsync("info", Phone), await _house.DoorAsync("info", Laptop));
    }

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task The_flags_of_a_day_become_one_entry_with_the_result()
    {
        await AppendAsync(3);
        await FlagAsync(_phone, 1, MessageFlags.Seen);
        var read = _phone.HighestModSeq;
        await FlagAsync(_phone, 2, MessageFlags.Seen);
        await FlagAsync(_laptop, 1, MessageFlags.Flagged);
        await FlagAsync(_phone, 3, MessageFlags.Seen);
        await FlagAsync(_phone, 3, MessageFlags.Seen, FlagOperation.Remove);
        await FlagAsync(_phone, 1, MessageFlags.Answered);
        _house.Time.Advance(TimeSpan.FromDays(1));
        await FlagAsync(_phone, 3, MessageFlags.Seen);
        var state = await MailboxState.ReadAsync(_phone);

        await TidyAsync(days: 32);

        var flags = (await LogAsync()).Where(change => change.Kind is ChangeKind.FlagsChanged).ToList();
        flags.Select(change => change.Actor.Name).Should().Equal("Anna's iPhone", "Marco's PC", "Anna's iPhone");
        flags[0].ModSeq.Should().Be(read, "when a message was read first is what people ask");
        flags[0].Items.Select(item => (item.Uid.Value, item.Before, item.After)).Should().Equal(
            (1, MessageFlags.None, MessageFlags.Seen | MessageFlags.Flagged | MessageFlags.Answered), (2, MessageFlags.None, MessageFlags.Seen));
        flags[2].Items.Should().ContainSingle().Which.Uid.Should().Be(new Uid(3));
        (await MailboxState.ReadAsync(_phone)).Should().Equal(state);
    }

    [Fact]
    public async Task After_a_year_the_flags_of_thirty_days_are_one_entry()
    {
        await AppendAsync(1);
        for (var day = 0; day < 20; day++)
        {
            await FlagAsync(_phone, 1, MessageFlags.Flagged, day % 2 == 0 ? FlagOperation.Add : FlagOperation.Remove);
            await FlagAsync(_laptop, 1, MessageFlags.Keyword(day), FlagOperation.Add);
            _house.Time.Advance(TimeSpan.FromDays(1));
        }

        await TidyAsync(days: 40);
        (await LogAsync()).Count(change => change.Kind is ChangeKind.FlagsChanged).Should().Be(40);

        await TidyAsync(days: 400);
        (await LogAsync()).Count(change => change.Kind is ChangeKind.FlagsChanged).Should().BeLessThanOrEqualTo(4);
    }

    [Fact]
    public async Task Of_what_exists_arrival_moves_and_deletions_stay_and_of_what_is_gone_nothing()
    {
        await AppendAsync(4);
        var (inbox, archive) = (await IdAsync("INBOX"), await IdAsync("Archive"));
        await _phone.MoveAsync(inbox, [new Uid(1), new Uid(2)], archive, House.Cancelled);
        await _phone.CopyAsync(inbox, [new Uid(3)], archive, House.Cancelled);
        await _phone.ExpungeAsync(inbox, [new Uid(3), new Uid(4)], onlyDeleted: false, House.Cancelled);
        await _phone.ExpungeAsync(archive, [new Uid(2)], onlyDeleted: false, House.Cancelled);

        await TidyAsync(days: 31);

        Told(await LogAsync()).Should().Equal("Added 1", "Added 3", "Moved 1", "Copied 3", "Expunged 3");
    }

    [Fact]
    public async Task What_an_undo_needs_stays_as_it_is()
    {
        await AppendAsync(2);
        var start = _house.Time.GetUtcNow();
        var before = await MailboxState.ReadAsync(_phone);
        await FlagAsync(_phone, 1, MessageFlags.Seen);
        await FlagAsync(_phone, 1, MessageFlags.Seen, FlagOperation.Remove);
        await _phone.ExpungeAsync(await IdAsync("INBOX"), null, onlyDeleted: false, House.Cancelled);
        var log = Told(await LogAsync());

        await TidyAsync(days: 29);

        Told(await LogAsync()).Should().Equal(log);
        (await _laptop.UndoAsync(new UndoRequest { Device = Phone.Device, Since = start }, House.Cancelled)).Restored.Should().Be(2);
        (await MailboxState.ReadAsync(_phone)).Should().Equal(before);
    }

    [Fact]
    public async Task What_happened_to_the_mailbox_itself_is_told_for_two_years()
    {
        await _phone.CreateMailboxAsync(MailboxName.Parse("Corso"), SpecialUse.None, House.Cancelled);
        await TidyAsync(days: 720);
        Told(await LogAsync()).Should().Contain("MailboxCreated ");

        await TidyAsync(days: 20);

        (await LogAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task No_ModSeq_is_raised_and_nobody_is_told()
    {
        await AppendAsync(2);
        for (var i = 0; i < 10; i++)
            await FlagAsync(_phone, 1, MessageFlags.Keyword(i));
        await _phone.ExpungeAsync(await IdAsync("INBOX"), [new Uid(2)], onlyDeleted: false, House.Cancelled);
        var (modSeq, inbox) = (_phone.HighestModSeq, (await _phone.GetSnapshotAsync(await IdAsync("INBOX"), House.Cancelled)).HighestModSeq);
        var told = 0;
        using var subscription = _phone.Subscribe(_ => told++);

        await TidyAsync(days: 200);
        await _house.ReopenAsync();

        var anew = await _house.DoorAsync("info", Phone);
        (anew.HighestModSeq, told).Should().Be((modSeq, 0));
        (await anew.GetSnapshotAsync(await IdAsync("INBOX"), House.Cancelled)).HighestModSeq.Should().Be(inbox);
        Told(await LogAsync()).Should().HaveCount(2, "an arrival, and one entry for ten flags");
    }

    [Fact]
    public async Task A_client_that_comes_after_a_long_time_is_told_of_all_that_is_not_there()
    {
        await AppendAsync(6);
        var inbox = await IdAsync("INBOX");
        await _phone.ExpungeAsync(inbox, [new Uid(2)], onlyDeleted: false, House.Cancelled);
        var old = _phone.HighestModSeq;
        await _phone.ExpungeAsync(inbox, [new Uid(4), new Uid(6)], onlyDeleted: false, House.Cancelled);
        var late = _phone.HighestModSeq;
        (await VanishedAsync(inbox, old)).Should().Equal((4, 4), (6, 6));

        await TidyAsync(days: 91);
        await AppendAsync(1);
        await _phone.ExpungeAsync(inbox, [new Uid(7)], onlyDeleted: false, House.Cancelled);

        (await VanishedAsync(inbox, old)).Should().Equal((2, 2), (4, 4), (6, 7));
        (await VanishedAsync(inbox, late)).Should().Equal((7, 7));
        (await VanishedAsync(await IdAsync("Sent"), new ModSeq(1))).Should().BeEmpty();
        var left = await _house.Get<IMailStore>().ReadAsync(_phone.Id, reader => reader.Tombstones(inbox, new ModSeq(0)), House.Cancelled);
        left.Should().Equal(new Uid(7));
    }

    [Fact]
    public async Task A_long_log_is_passed_over_in_pieces_and_goes_on_where_it_ended()
    {
        await AppendAsync(1);
        for (var i = 0; i < 1_200; i++)
            await FlagAsync(i % 2 == 0 ? _phone : _laptop, 1, MessageFlags.Flagged, i % 2 == 0 ? FlagOperation.Add : FlagOperation.Remove);
        await FlagAsync(_phone, 1, MessageFlags.Seen);
        _house.Time.Advance(TimeSpan.FromDays(40));
        var store = new FailingStore(_house.Get<IMailStore>()) { WritesLeft = 4 };

        var broken = () => new LogCompaction(store, _house.Time).CompactAsync(_phone.Id, TimeSpan.FromDays(30), House.Cancelled);
        await broken.Should().ThrowAsync<MailException>();
        var passed = await store.ReadAsync(_phone.Id, reader => reader.LogBounds(), House.Cancelled);
        passed.PassedTo.Value.Should().BeGreaterThan(400);
        await TidyAsync(days: 0);

        (await LogAsync()).Count(change => change.Kind is ChangeKind.FlagsChanged).Should().BeLessThan(8);
        (await store.ReadAsync(_phone.Id, reader => reader.LogBounds(), House.Cancelled)).PassedTo.Should().Be(new ModSeq(0));
        (await LogAsync()).SelectMany(change => change.Items).Should().Contain(item => item.After.Has(MessageFlags.Seen));
    }

    private async Task TidyAsync(int days)
    {
        _house.Time.Advance(TimeSpan.FromDays(days));
        await _house.Get<IEnumerable<Microsoft.Extensions.Hosting.IHostedService>>().OfType<Retention>().Single().TidyAllAsync(House.Cancelled);
    }

    private async Task AppendAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await _laptop.AppendAsync(await IdAsync("INBOX"), [new NewMessage(House.Message($"Subject: {i}\r\n\r\n{i}\r\n"), FlagNames.None, null)], House.Cancelled);
    }

    private async Task FlagAsync(MailAccount account, uint uid, MessageFlags flags, FlagOperation operation = FlagOperation.Add)
    {
        var keywords = Enumerable.Range(0, MessageFlags.MaxKeywords).Where(i => flags.Has(MessageFlags.Keyword(i))).Select(i => $"k{i}").ToList();
        var names = keywords.Count > 0 ? new FlagNames(MessageFlags.None, keywords) : new FlagNames(flags, []);
        await account.StoreFlagsAsync(await IdAsync("INBOX"), [new Uid(uid)], operation, names, null, House.Cancelled);
    }

    private async Task<IReadOnlyList<(int, int)>> VanishedAsync(MailboxId mailbox, ModSeq since) =>
        [.. (await _phone.VanishedSinceAsync(mailbox, since, House.Cancelled)).Select(range => ((int)range.First.Value, (int)range.Last.Value))];

    private async Task<MailboxId> IdAsync(string name) =>
        (await (await _house.DoorAsync("info")).GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse(name))!.Id;

    private Task<IReadOnlyList<ChangeRow>> LogAsync() =>
        _house.Get<IMailStore>().ReadAsync(_laptop.Id, reader => reader.Changes(new ModSeq(0), 10_000), House.Cancelled);

    /// <summary>Without the beginning of the account.</summary>
    private static List<string> Told(IEnumerable<ChangeRow> log) =>
        [.. log.Where(change => change.Actor.Protocol is AccessProtocol.Imap).Select(change => $"{change.Kind} {string.Join(',', change.Items.Select(item => item.Email.Value))}")];

    /// <summary>A store that fails after some writes, as if the process had ended there.</summary>
    private sealed class FailingStore(IMailStore store) : IMailStore
    {
        public int WritesLeft { get; set; }
        public ISearchIndex Search => store.Search;

        public Task<T> WriteAsync<T>(AccountId account, Func<IMailTransaction, T> work, Action<T>? committed, CancellationToken cancellationToken) =>
            WritesLeft-- > 0 ? store.WriteAsync(account, work, committed, cancellationToken) : throw new MailException(MailError.Unavailable);

        public Task<T> ReadAsync<T>(AccountId account, Func<IMailReader, T> query, CancellationToken cancellationToken) =>
            store.ReadAsync(account, query, cancellationToken);

        public Task CreateAsync(AccountId account, Action<IMailTransaction> work, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task DeleteAsync(AccountId account, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<PreparedBody> PrepareAsync(AccountId account, StagedMessage message, int headerSize, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<MessageContent> OpenAsync(AccountId account, EmailId message, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<Task<MessageContent>>> OpenAsync(
            AccountId account, IReadOnlyList<EmailId> messages, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<MendedAccount> MendAsync(AccountId account, IBackedUpMailbox? backup, Func<Task> alone, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<MessageContent> OpenStrayAsync(AccountId account, StrayMessage stray, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<AccountFindings> VerifyAsync(AccountId account, Action<string> finding, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<int> SweepAsync(AccountId account, TimeSpan grace, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task EraseAsync(AccountId account, IReadOnlyList<string> blobs, CancellationToken cancellationToken) => throw new NotSupportedException();
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
