using System.Text;
using AwesomeAssertions;
using Casella.Core;
using Casella.Core.Mailboxes;
using Casella.Core.Storage;

namespace Casella.Storage.Tests.Contracts;

/// <summary>
/// What SEARCH relies on, whatever keeps the index: it never says that a message cannot match when it does.
/// </summary>
public abstract class SearchIndexContract : IAsyncLifetime
{
    private protected static readonly CancellationToken None = CancellationToken.None;
    private protected static readonly AccountId Account = new(7);

    private protected IMailStore Store { get; private set; } = null!;
    private protected ISearchIndex Index => Store.Search;

    public async ValueTask InitializeAsync()
    {
        Store = Open();
        await Store.CreateAsync(Account, transaction => transaction.InsertMailbox(MailboxName.Inbox, SpecialUse.None, uidValidity: 1), None);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Clean();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_account_without_index_has_no_mark_and_no_texts()
    {
        (await Index.MarkAsync(Account, None)).Should().Be(IndexMark.None);
        (await FoundAsync(IndexField.Body, "ciao")).Should().BeEmpty();
        (await Index.TextsAsync(Account, [new EmailId(1)], TextParts.Body, None)).Should().BeEmpty();
        (await Index.SizeAsync(Account, None)).Should().Be(new IndexSize(0, 0, 0));
    }

    [Fact]
    public async Task What_threading_needs_is_kept_of_whole_and_of_partial_messages_and_goes_with_them()
    {
        await AddAsync(
            Text(1, "subject: x", "y") with { Links = new byte[] { 1, 2 } },
            Text(2, "subject: x", "y"),
            new IndexedText(new EmailId(3), default, default, IsWhole: false) { Links = new byte[] { 3 } });

        async Task<IEnumerable<string>> LinksAsync() =>
            (await Index.LinksAsync(Account, [new EmailId(1), new EmailId(2), new EmailId(3), new EmailId(9)], None))
            .Select(links => Convert.ToHexString(links.Span));
        (await LinksAsync()).Should().Equal("0102", "", "03", "");
        await Index.RemoveAsync(Account, [new EmailId(1)], None);
        (await LinksAsync()).Should().Equal("", "", "03", "");
    }

    [Theory]
    [InlineData("fattura", 1)]
    [InlineData("attur", 1)]
    [InlineData("n. 42/b", 1)]
    [InlineData("\"pro", 1)]
    [InlineData("東京都", 2)]
    [InlineData("都の🎉", 2)]
    [InlineData("a%b_c*", 2)]
    public async Task A_part_of_a_word_a_quotation_mark_and_any_script_are_found(string text, long found)
    {
        await AddAsync(Text(1, "subject: x", "la fattura n. 42/b del \"pro loco\""), Text(2, "subject: y", "東京都の🎉 a%b_c*"));

        (await FoundAsync(IndexField.Body, text)).Should().Equal(found);
    }

    [Fact]
    public async Task Each_field_has_its_own_words_and_anywhere_has_all()
    {
        await AddAsync(
            Text(1, "from: anna rossi\nx-mailer: rossignolo", "nothing"),
            Text(2, "from: marco\nx-mailer: cicala rossi", "nothing"),
            Text(3, "subject: nothing", "i rossi del paese"));

        (await FoundAsync(IndexField.Names, "rossi")).Should().Equal(1);
        (await FoundAsync(IndexField.OtherHeaders, "rossi")).Should().Equal(1, 2);
        (await FoundAsync(IndexField.AnyHeader, "rossi")).Should().Equal(1, 2);
        (await FoundAsync(IndexField.Body, "rossi")).Should().Equal(3);
        (await FoundAsync(IndexField.Anywhere, "rossi")).Should().Equal(1, 2, 3);
        (await FoundAsync(IndexField.Anywhere, "from: marco")).Should().Equal(2);
    }

    [Fact]
    public async Task A_text_with_a_NUL_is_found_on_both_sides_of_it()
    {
        await AddAsync(Text(1, "subject: x\0oggetto", "prima\0dopo"));

        (await FoundAsync(IndexField.Names, "oggetto")).Should().Equal(1);
        (await FoundAsync(IndexField.Body, "prima")).Should().Equal(1);
        (await FoundAsync(IndexField.Body, "dopo")).Should().Equal(1);
        (await FoundAsync(IndexField.Body, "ima\0dop")).Should().Equal(1);
    }

    [Fact]
    public async Task Texts_come_back_as_they_were_given_and_only_the_parts_asked_for()
    {
        await AddAsync(Text(1, "subject: perche", "caffe\0"), Text(2, "subject: due", ""));

        var both = await Index.TextsAsync(Account, [new EmailId(1), new EmailId(3), new EmailId(2)], TextParts.Header | TextParts.Body, None);
        both.Select(text => (text.Email.Value, Read(text.Header), Read(text.Body)))
            .Should().Equal((1, "subject: perche", "caffe\0"), (2, "subject: due", ""));
        var body = await Index.TextsAsync(Account, [new EmailId(1)], TextParts.Body, None);
        body.Should().ContainSingle().Which.Header.IsEmpty.Should().BeTrue();
        (await Index.TextsAsync(Account, [new EmailId(1)], TextParts.Header, None)).Single().Body.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public async Task Only_the_messages_of_the_range_are_found()
    {
        await AddAsync([.. Enumerable.Range(1, 9).Select(id => Text(id, "subject: uguale", "uguale"))]);

        foreach (var field in Enum.GetValues<IndexField>().Where(field => field != IndexField.OtherHeaders))
            (await Index.FindAsync(Account, [new IndexTerm(field, "uguale")], new EmailRange(new EmailId(4), new EmailId(6)), None))
                .MayMatch[0].Ids.Select(id => id.Value).Should().Equal([4, 5, 6], field.ToString());
    }

    [Fact]
    public async Task The_names_are_the_fields_that_people_search_as_they_were_given()
    {
        await AddAsync(
            Text(1, "subject: caffe\0latte\nx-note: from: nobody\nfrom: anna", "testo"),
            Text(2, "x-note: uno", "testo"),
            Text(3, "to: marco", "testo") with { IsWhole = false },
            Text(9, "cc: lucia", "testo"));

        var names = await Index.TextsAsync(Account, [new EmailId(1), new EmailId(2), new EmailId(3), new EmailId(9)], TextParts.Names, None);
        names.Select(text => (text.Email.Value, Read(text.Header).TrimEnd('\n')))
            .Should().Equal((1, "subject: caffe\0latte\nfrom: anna"), (2, ""), (9, "cc: lucia"));
        await Index.RemoveAsync(Account, [new EmailId(1)], None);
        (await Index.TextsAsync(Account, [new EmailId(1), new EmailId(2)], TextParts.Names, None)).Should().ContainSingle();
    }

    [Fact]
    public async Task A_message_that_is_not_whole_may_match_anything_and_has_no_text()
    {
        await AddAsync(Text(1, "subject: x", "short") with { IsWhole = false }, Text(2, "subject: y", "short"));

        (await FoundAsync(IndexField.Body, "elsewhere")).Should().Equal(1);
        (await Index.TextsAsync(Account, [new EmailId(1), new EmailId(2)], TextParts.Body, None))
            .Select(text => text.Email.Value).Should().Equal(2);
        (await Index.SizeAsync(Account, None)).Should().BeEquivalentTo(new { Messages = 2L, Partial = 1L });
    }

    [Fact]
    public async Task What_was_removed_is_not_found_and_not_listed()
    {
        await AddAsync(Text(1, "subject: uno", "parola"), Text(2, "subject: due", "parola"), Text(3, "subject: tre", "parola"));

        await Index.RemoveAsync(Account, [new EmailId(2)], None);

        (await FoundAsync(IndexField.Body, "parola")).Should().Equal(1, 3);
        (await FoundAsync(IndexField.Names, "due")).Should().BeEmpty();
        (await Index.MessagesAsync(Account, new EmailId(0), 10, None)).Select(id => id.Value).Should().Equal(1, 3);
        (await Index.MessagesAsync(Account, new EmailId(1), 10, None)).Select(id => id.Value).Should().Equal(3);
    }

    [Fact]
    public async Task Two_that_add_the_same_messages_add_them_once()
    {
        await AddAsync(Text(1, "subject: x", "parola"));

        var late = await Index.AddAsync(Account, [Text(1, "subject: x", "parola")], new EmailId(0), Mark(1), None);

        late.Should().BeFalse();
        (await Index.SizeAsync(Account, None)).Messages.Should().Be(1);
    }

    [Fact]
    public async Task The_index_is_there_after_the_store_was_opened_anew_and_gone_with_its_account()
    {
        await AddAsync(Text(1, "subject: x", "parola"));

        await ReopenAsync();
        (await FoundAsync(IndexField.Body, "parola")).Should().Equal(1);
        (await Index.MarkAsync(Account, None)).Should().Be(Mark(1));

        await Store.DeleteAsync(Account, None);
        (await FoundAsync(IndexField.Body, "parola")).Should().BeEmpty();
        var orphan = () => Index.AddAsync(Account, [Text(2, "subject: x", "parola")], new EmailId(0), Mark(2), None);
        (await orphan.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoSuchAddress);
    }

    [Fact]
    public async Task A_removed_index_begins_anew()
    {
        await AddAsync(Text(1, "subject: x", "parola"));

        await Index.DeleteAsync(Account, None);

        (await Index.MarkAsync(Account, None)).Should().Be(IndexMark.None);
        await AddAsync(Text(1, "subject: x", "altra"));
        (await FoundAsync(IndexField.Body, "parola")).Should().BeEmpty();
        (await FoundAsync(IndexField.Body, "altra")).Should().Equal(1);
    }

    private protected abstract IMailStore Open();

    protected abstract void Clean();

    private protected async Task ReopenAsync(Func<Task>? between = null)
    {
        await Store.DisposeAsync();
        if (between is not null)
            await between();
        Store = Open();
    }

    private protected async Task AddAsync(params IndexedText[] messages)
    {
        var mark = await Index.MarkAsync(Account, None);
        (await Index.AddAsync(Account, messages, mark.Last, Mark(messages[^1].Email.Value), None)).Should().BeTrue();
    }

    private protected static IndexedText Text(long email, string header, string body) =>
        new(new EmailId(email), Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(body));

    private protected async Task<IEnumerable<long>> FoundAsync(IndexField field, string text) =>
        (await Index.FindAsync(Account, [new IndexTerm(field, text)], EmailRange.All, None)).MayMatch[0].Ids.Select(id => id.Value);

    private static IndexMark Mark(long email) => new(new EmailId(email), new ModSeq(email * 10), $"object{email}");

    private static string Read(ReadOnlyMemory<byte> text) => Encoding.UTF8.GetString(text.Span);
}
