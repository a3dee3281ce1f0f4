using AwesomeAssertions;
using Casella.Core.Directory;
using Casella.Transcripts;
using Xunit;

namespace Casella.Imap.Tests.Sessions;

/// <summary>A URL is worth what the person may read who has authorized it, on the day it is used (RFC 4467).</summary>
public sealed class AuthorizedUrlTests : IAsyncLifetime
{
    private const string InSection = "imap://anna%40example.org@h/Shared/section@example.org/INBOX/;uid=1/;section=TEXT;urlauth=authuser";
    private SharedHouse _house = null!;

    private static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _house = await SharedHouse.StartAsync();
        await _house.AppendAsync(SharedHouse.Section, "INBOX", "Subject: Assemblea\r\n\r\nCiao");
    }

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task What_anna_reads_in_the_section_she_may_let_others_read_as_long_as_she_is_a_member()
    {
        await using var anna = await _house.ConnectAsync("anna");
        await using var marco = await _house.ConnectAsync("marco");
        var url = await AuthorizeAsync(anna, InSection);

        (await FetchAsync(marco, url)).Should().Contain("Ciao");
        await _house.People.SetMemberAsync(SharedHouse.Section, "anna", MemberRights.SendAs, None);
        await using var again = await _house.ConnectAsync("marco");
        (await FetchAsync(again, url)).Should().ContainSingle(line => line.EndsWith(" NIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_person_has_keys_of_their_own_and_takes_back_their_own_urls_only()
    {
        await using var anna = await _house.ConnectAsync("anna", SharedHouse.Section);
        await using var marco = await _house.ConnectAsync("marco", SharedHouse.Section);
        const string Rump = "imap://section%40example.org@h/INBOX/;uid=1/;section=TEXT;urlauth=anonymous";
        var (hers, his) = (await AuthorizeAsync(anna, Rump), await AuthorizeAsync(marco, Rump));

        hers.Should().NotBe(his);
        (await AuthorizeAsync(anna, Rump)).Should().Be(hers);
        await MailHouse.OkAsync(anna, "r RESETKEY");
        (await FetchAsync(marco, hers)).Should().ContainSingle(line => line.EndsWith(" NIL", StringComparison.Ordinal));
        (await FetchAsync(anna, his)).Should().Contain("Ciao");
    }

    [Fact]
    public async Task Who_takes_back_all_takes_back_those_of_the_section_too_and_a_mailbox_takes_its_key_along()
    {
        await using var anna = await _house.ConnectAsync("anna");
        var url = await AuthorizeAsync(anna, InSection);
        await MailHouse.OkAsync(anna, "a RESETKEY");
        (await FetchAsync(anna, url)).Should().ContainSingle(line => line.EndsWith(" NIL", StringComparison.Ordinal));

        await MailHouse.OkAsync(anna, "b CREATE Verbali");
        const string Message = "Subject: Verbale\r\n\r\nCiao";
        await MailHouse.OkAsync(anna, $"c APPEND Verbali {{{Message.Length}+}}\r\n{Message}");
        url = await AuthorizeAsync(anna, "imap://anna%40example.org@h/Verbali/;uid=1/;section=TEXT;urlauth=authuser");
        await MailHouse.OkAsync(anna, "d DELETE Verbali");
        await MailHouse.OkAsync(anna, "e CREATE Verbali");
        await MailHouse.OkAsync(anna, $"f APPEND Verbali {{{Message.Length}+}}\r\n{Message}");
        (await FetchAsync(anna, url)).Should().ContainSingle(line => line.EndsWith(" NIL", StringComparison.Ordinal));
    }

    private static async Task<string> AuthorizeAsync(WireClient client, string rump)
    {
        var lines = await MailHouse.OkAsync(client, $"g GENURLAUTH \"{rump}\" INTERNAL");
        return lines[0]["* GENURLAUTH \"".Length..^1];
    }

    /// <summary>The lines before the tagged one.</summary>
    private static async Task<IReadOnlyList<string>> FetchAsync(WireClient client, string url) =>
        [.. (await MailHouse.OkAsync(client, $"u URLFETCH \"{url}\"")).SkipLast(1)];
}
