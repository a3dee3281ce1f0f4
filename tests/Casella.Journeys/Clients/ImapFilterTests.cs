using AwesomeAssertions;
using Casella.Journeys.Server;
using MailKit;

namespace Casella.Journeys.Clients;

/// <summary>
/// imapfilter sorts mail by rules in Lua, with plain commands of RFC 3501: SEARCH with words beyond ASCII and without
/// CHARSET, COPY into what is not there yet, EXPUNGE of all.
/// </summary>
public sealed class ImapFilterTests(SharedServer shared) : IDisposable
{
    private readonly CasellaServer _server = shared.Server;
    private readonly TestFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rules_find_mark_and_move_into_folders_that_it_makes()
    {
        var info = await _server.AddMailboxAsync("info");
        using var client = await MailKitClients.ImapAsync(_server, info);
        foreach (var (subject, text) in new[] { ("Cena", "Ci vediamo perché è festa.\r\n"), ("Fattura 12", "Allegata.\r\n"), ("Gita", "Partenza alle nove.\r\n") })
            await client.Inbox!.AppendAsync(new AppendRequest(MailKitClients.Message("mario@example.org", info.Address, subject, text)), Stop);
        var rules = _folder.Write("rules.lua", $$"""
            options.timeout = 60
            options.create = true
            options.subscribe = true
            options.certificates = true
            info = IMAP { server = 'localhost', port = {{_server.Ports.Imaps}}, ssl = 'auto', username = '{{info.Address}}', password = '{{info.Password}}' }
            print('accented', #info.INBOX:contain_body('perché'))
            print('matched', #info.INBOX:match_subject('Fattura [0-9]+'))
            print('small', #(info.INBOX:is_smaller(100000) * info.INBOX:is_unseen()))
            bills = info.INBOX:contain_subject('fattura')
            bills:mark_seen()
            bills:add_flags({ '$Pagare' })
            bills:move_messages(info['Conti/2026'])
            info.INBOX:contain_subject('gita'):delete_messages()
            print('there', info['Conti/2026']:check_status())
            print('tagged', #info['Conti/2026']:has_keyword('$Pagare'))

            """);

        var run = (await ProgramRun.OfAsync("imapfilter", ["-t", _server.AuthorityFile, "-c", rules])).Succeeded();

        run.Output.Should().Contain("accented\t1\n").And.Contain("matched\t1\n").And.Contain("small\t3\n").And.Contain("there\t1\t").And.Contain("tagged\t1\n");
        await client.NoOpAsync(Stop);
        (await client.Inbox!.FetchAsync(0, -1, MessageSummaryItems.Envelope, Stop)).Select(message => message.Envelope!.Subject).Should().Equal("Cena");
        var bills = await client.GetFolderAsync("Conti/2026", Stop);
        bills.IsSubscribed.Should().BeTrue();
        await bills.OpenAsync(FolderAccess.ReadOnly, Stop);
        var bill = (await bills.FetchAsync(0, -1, MessageSummaryItems.Flags, Stop)).Single();
        bill.Flags.Should().HaveFlag(MessageFlags.Seen);
        bill.Keywords.Should().Equal("$Pagare");
    }
}
