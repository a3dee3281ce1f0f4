using System.Text;
using Casella.Core.Annotations;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Filtering.Events;
using Casella.Core.Filtering.Spam;
using Casella.Core.Messages;
using Casella.Core.Submission;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Core.Tests.Filtering;

/// <summary>Scripts that run for what members do (RFC 6785): what they see, what they may, and that nothing goes round in circles.</summary>
public sealed class EventScriptsTests : IAsyncLifetime
{
    private House _house = null!;
    private int _number;

    public async ValueTask InitializeAsync() =>
        _house = await House.OpenAsync(new SpamOptions(), services => services.AddCasellaEvents(new SieveServer("sieve://mail.example.test")), "info");

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task A_script_sees_what_was_done()
    {
        await SetAsync(
            """
            require ["environment", "variables", "imapsieve", "imap4flags", "fileinto", "mailbox"];
            if environment :matches "imap.cause" "*" { set "what" "${1}"; }
            if environment :matches "imap.mailbox" "*" { set "what" "${what} ${1}"; }
            if environment :matches "imap.changedflags" "*" { set "what" "${what} [${1}]"; }
            if environment :matches "imap.user" "*" { set "what" "${what} ${1}"; }
            if environment :matches "imap.email" "*" { set "what" "${what} ${1}"; }
            if allof (environment "location" "MS", environment "phase" "post", hasflag "\\Flagged") { set "what" "${what} segnato"; }
            fileinto :create "${what}";
            keep;
            """, mailbox: "INBOX");
        var uid = await AppendAsync();
        await RunAsync();
        (await ReadAsync("APPEND INBOX [] info@example.test info@example.test")).Should().ContainSingle();

        await FlagAsync(uid, MessageFlags.Flagged, "corso");
        await RunAsync();
        (await ReadAsync("FLAG INBOX [\\Flagged corso] info@example.test info@example.test segnato")).Should().ContainSingle();

        await FlagAsync(uid, MessageFlags.Flagged, operation: FlagOperation.Remove);
        await RunAsync();
        (await ReadAsync("FLAG INBOX [\\Flagged] info@example.test info@example.test")).Should().ContainSingle();

        var door = await _house.DoorAsync("info");
        await door.MoveAsync(await IdAsync(door, "INBOX"), [uid], await IdAsync(door, "Archive"), House.Cancelled);
        await door.CopyAsync(await IdAsync(door, "Archive"), [new Uid(1)], await IdAsync(door, "INBOX"), House.Cancelled);
        await RunAsync();
        (await ReadAsync("COPY INBOX [] info@example.test info@example.test")).Should().ContainSingle("there is no script in Archive");
    }

    [Fact]
    public async Task The_mailboxs_own_script_comes_before_that_of_all_also_when_it_is_none()
    {
        await SetAsync("require [\"imap4flags\", \"imapsieve\"]; addflag \"tutte\";", mailbox: null);
        await SetAsync("require [\"imap4flags\", \"imapsieve\"]; addflag \"questa\";", mailbox: "Archive", name: "altro");
        await NameAsync("Trash", "");
        await NameAsync("Drafts", "nessuno");
        foreach (var mailbox in (string[])["INBOX", "Archive", "Trash", "Drafts"])
            await AppendAsync(mailbox);
        await RunAsync();

        (await FlagsAsync("INBOX")).Should().Equal("tutte");
        (await FlagsAsync("Archive")).Should().Equal("questa");
        (await FlagsAsync("Trash")).Should().BeEmpty("an empty name is no script");
        (await FlagsAsync("Drafts")).Should().BeEmpty("a script that does not exist is not looked for elsewhere");
    }

    [Fact]
    public async Task What_is_not_kept_is_marked_and_fileinto_makes_another_message_without_its_space()
    {
        await SetAsync("require [\"fileinto\", \"imap4flags\", \"imapsieve\"]; fileinto :flags [\"\\\\Seen\", \"copia\"] \"Archive\";", "INBOX");
        await AppendAsync();
        await RunAsync();

        (await FlagsAsync("INBOX")).Should().Equal("\\Deleted");
        (await FlagsAsync("Archive")).Should().Equal("\\Seen", "copia");
        (await (await _house.DoorAsync("info")).GetQuotaAsync(House.Cancelled)).Messages.Should().Be(1);
    }

    [Fact]
    public async Task Changes_of_the_message_are_for_the_copy_and_never_for_what_is_kept()
    {
        await SetAsync("require [\"fileinto\", \"copy\", \"editheader\", \"replace\", \"imapsieve\"]; addheader \"X-A\" \"b\"; replace \"Nuovo.\"; fileinto :copy \"Archive\";", "INBOX");
        await AppendAsync();
        await RunAsync();

        (await ReadAsync("INBOX")).Should().ContainSingle().Which.Should().Contain("Buongiorno.").And.NotContain("X-A");
        (await ReadAsync("Archive")).Should().ContainSingle().Which.Should().Contain("Nuovo.").And.Contain("X-A: b");
        (await FlagsAsync("INBOX")).Should().BeEmpty();
    }

    [Fact]
    public async Task Redirect_goes_out_in_the_mailboxs_name_and_not_round_in_circles()
    {
        await SetAsync("require [\"copy\", \"imapsieve\"]; redirect :copy \"paolo@example.net\";", "INBOX");
        await AppendAsync();
        await AppendAsync("INBOX", "X-Sieve-Redirected-From: info@example.test\r\n");
        await RunAsync();
        await RunAsync();

        var queued = (await _house.Queue.ListAsync(House.Cancelled)).Should().ContainSingle().Subject;
        queued.ReversePath!.ToString().Should().Be("info@example.test");
        queued.Recipients.Single().Address.ToString().Should().Be("paolo@example.net");
        (await FlagsAsync("INBOX")).Should().BeEmpty();
    }

    [Fact]
    public async Task Flags_that_a_script_sets_start_no_script()
    {
        await SetAsync(
            "require [\"imap4flags\", \"variables\", \"imapsieve\"]; if hasflag \"due\" { addflag \"tre\"; } elsif hasflag \"uno\" { addflag \"due\"; } else { addflag \"uno\"; }", "INBOX");
        await AppendAsync();
        await RunAsync();
        await RunAsync();
        (await FlagsAsync("INBOX")).Should().Equal("uno");
    }

    [Fact]
    public async Task Copies_that_a_script_makes_start_no_script()
    {
        await SetAsync("require [\"fileinto\", \"copy\", \"imapsieve\"]; fileinto :copy \"INBOX\"; fileinto :copy \"Archive\";", mailbox: null);
        await AppendAsync();
        await RunAsync();
        await RunAsync();
        (await ReadAsync("INBOX")).Should().HaveCount(2);
        (await ReadAsync("Archive")).Should().ContainSingle();
    }

    [Theory]
    [InlineData("require [\"reject\", \"imapsieve\"]; keep;")]
    [InlineData("require [\"vacation\", \"imapsieve\", \"imap4flags\"]; addflag \"x\"; vacation \"Via.\";")]
    [InlineData("require [\"envelope\", \"imapsieve\", \"imap4flags\"]; addflag \"x\"; if envelope \"from\" \"a@example.org\" { discard; }")]
    [InlineData("require [\"ihave\", \"imap4flags\"]; addflag \"x\"; if ihave \"ereject\" { ereject \"no\"; }")]
    [InlineData("require [\"fileinto\", \"ihave\", \"imap4flags\"]; addflag \"x\"; fileinto \"Archive\"; redirect \"a@example.org\"; error \"basta\";")]
    public async Task A_script_that_fails_changes_nothing_and_the_members_are_told(string script)
    {
        await SetAsync(script, "INBOX");
        await AppendAsync();
        await RunAsync();

        (await FlagsAsync("INBOX")).Should().BeEmpty();
        (await ReadAsync("Archive")).Should().BeEmpty();
        (await _house.Queue.ListAsync(House.Cancelled)).Should().BeEmpty();
        await _house.Get<Casella.Core.Notices.NoticeRunner>().DeliverAllAsync(House.Cancelled);
        (await ReadAsync("INBOX")).Should().HaveCount(2);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_keeps_the_message_as_it_is()
    {
        await SetAsync("require [\"fileinto\", \"imapsieve\"]; fileinto \"Nessuna\";", "INBOX");
        await AppendAsync();
        await RunAsync();
        (await FlagsAsync("INBOX")).Should().BeEmpty();
        (await ReadAsync("INBOX")).Should().ContainSingle();
    }

    [Fact]
    public async Task What_was_done_before_the_script_was_named_is_none_of_its_business()
    {
        await AppendAsync();
        await SetAsync("require [\"imap4flags\", \"imapsieve\"]; addflag \"visto\";", "INBOX");
        await RunAsync();
        (await FlagsAsync("INBOX")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_process_that_was_killed_goes_on_where_it_was()
    {
        await SetAsync("require [\"copy\", \"imapsieve\"]; redirect :copy \"paolo@example.net\";", "INBOX");
        for (var i = 0; i < 3; i++)
            await AppendAsync();
        await RunAsync();
        await AppendAsync();
        await _house.ReopenAsync();
        await RunAsync();
        (await _house.Queue.ListAsync(House.Cancelled)).Should().HaveCount(4);
    }

    [Fact]
    public async Task A_copy_of_many_is_run_through_page_by_page()
    {
        await using var message = House.Message("From: anna@example.org\r\n\r\nciao\r\n");
        await SetAsync("require [\"imap4flags\", \"imapsieve\"]; addflag \"visto\";", "INBOX");
        var door = await _house.DoorAsync("info");
        await door.AppendAsync(await IdAsync(door, "Archive"), [.. Enumerable.Repeat(new NewMessage(message, FlagNames.None, null), 120)], House.Cancelled);
        await door.CopyAsync(await IdAsync(door, "Archive"), [.. Enumerable.Range(1, 120).Select(i => new Uid((uint)i))], await IdAsync(door, "INBOX"), House.Cancelled);
        await RunAsync();
        var snapshot = await door.GetSnapshotAsync(await IdAsync(door, "INBOX"), House.Cancelled);
        Enumerable.Range(0, snapshot.Count).Count(i => snapshot.Keywords.NamesOf(snapshot[i].Flags).Keywords.Contains("visto", StringComparer.Ordinal)).Should().Be(120);
    }

    [Fact]
    public async Task Whoever_does_not_manage_the_mailbox_names_no_script()
    {
        var worker = new Actor(null, null, AccessProtocol.Imap, "worker") { Rights = MemberRights.Read | MemberRights.Work };
        var door = await _house.DoorAsync("info", worker);
        var inbox = await IdAsync(door, "INBOX");
        var set = () => door.Annotations.SetAsync(inbox, [new Annotation(AnnotationEntry.Parse(EventScripts.Entry), Encoding.UTF8.GetBytes("prova"))], House.Cancelled);
        (await set.Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoPermission);
    }

    [Fact]
    public async Task What_scripts_send_counts_as_what_the_member_sends()
    {
        await using var strict = await House.OpenAsync(
            new SpamOptions(),
            services =>
            {
                services.AddCasellaEvents(new SieveServer("sieve://mail.example.test"));
                services.AddSingleton(provider => new SendingLimits(
                    provider.GetRequiredService<Casella.Core.Storage.ISendingStore>(), provider.GetRequiredService<MailAccounts>(), provider.GetRequiredService<Casella.Core.Delivery.RecipientResolver>(),
                    new SubmissionOptions { RecipientsPerDay = 1 }, provider.GetRequiredService<TimeProvider>()));
            },
            "info");
        var own = _house;
        _house = strict;
        try
        {
            await SetAsync("require [\"copy\", \"imapsieve\"]; redirect :copy \"paolo@example.net\"; redirect \"luca@example.net\";", "INBOX");
            await AppendAsync();
            await RunAsync();
            (await strict.Queue.ListAsync(House.Cancelled)).Should().BeEmpty();
            (await FlagsAsync("INBOX")).Should().BeEmpty();
        }
        finally
        {
            _house = own;
        }
    }

    private Task RunAsync() => _house.Get<EventRunner>().RunAllAsync(House.Cancelled);

    private async Task SetAsync(string script, string? mailbox, string name = "prova")
    {
        await (await _house.DoorAsync("info")).Filters.PutAsync(name, script, House.Cancelled);
        await NameAsync(mailbox, name);
    }

    private async Task NameAsync(string? mailbox, string script)
    {
        var door = await _house.DoorAsync("info");
        await door.Annotations.SetAsync(
            mailbox is null ? default(MailboxId?) : await IdAsync(door, mailbox), [new Annotation(AnnotationEntry.Parse(EventScripts.Entry), Encoding.UTF8.GetBytes(script))], House.Cancelled);
    }

    private async Task<Uid> AppendAsync(string mailbox = "INBOX", string fields = "")
    {
        var door = await _house.DoorAsync("info");
        await using var message = House.Message($"{fields}From: anna@example.org\r\nTo: info@example.test\r\nSubject: Un corso\r\nMessage-ID: <{++_number}@example.org>\r\n\r\nBuongiorno.\r\n");
        return (await door.AppendAsync(await IdAsync(door, mailbox), [new NewMessage(message, FlagNames.None, null)], House.Cancelled)).Uids[0];
    }

    private async Task FlagAsync(Uid uid, MessageFlags flags, string? keyword = null, FlagOperation operation = FlagOperation.Add)
    {
        var door = await _house.DoorAsync("info");
        await door.StoreFlagsAsync(await IdAsync(door, "INBOX"), [uid], operation, new FlagNames(flags, keyword is null ? [] : [keyword]), null, House.Cancelled);
    }

    private async Task<IReadOnlyList<string>> ReadAsync(string mailbox) => await _house.ReadAsync("info", mailbox);

    /// <summary>Of the first message of a mailbox.</summary>
    private async Task<IReadOnlyList<string>> FlagsAsync(string mailbox)
    {
        var door = await _house.DoorAsync("info");
        var snapshot = await door.GetSnapshotAsync(await IdAsync(door, mailbox), House.Cancelled);
        return EventFacts.Words(snapshot.Keywords, snapshot[0].Flags);
    }

    private static async Task<MailboxId> IdAsync(MailAccount door, string name) =>
        (await door.GetTreeAsync(House.Cancelled)).Mailboxes.Single(box => string.Equals(box.Name.Value, name, StringComparison.Ordinal)).Id;
}
