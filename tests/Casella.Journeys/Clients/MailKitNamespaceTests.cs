using System.Text.Json;
using AwesomeAssertions;
using Casella.Journeys.Server;
using MailKit;
using MailKit.Net.Imap;

namespace Casella.Journeys.Clients;

/// <summary>
/// A program that reads NAMESPACE, ACL and special uses as a user's does: one login, and the section's mailbox beside
/// one's own (ADR 0017).
/// </summary>
public sealed class MailKitNamespaceTests(SharedServer shared)
{
    private readonly CasellaServer _server = shared.Server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_section_is_found_by_its_namespace_worked_in_and_never_taken_for_ones_own()
    {
        var (own, section) = (await _server.AddMailboxAsync("anna"), await _server.AddMailboxAsync("section"));
        var login = $"anna-{own.Address}";
        await _server.CommandAsync("person", "add", "Anna", "--login", login);
        foreach (var mailbox in new[] { own, section })
            await _server.CommandAsync("member", "add", mailbox.Address, login);
        var added = await _server.CommandAsync("device", "add", own.Address, "--person", login, "--name", "Laptop", "--json");
        var password = JsonDocument.Parse(added.Output).RootElement.GetProperty("password").GetString()!;
        using var client = await MailKitClients.ImapAsync(_server, own with { Password = password });

        client.Capabilities.Should().HaveFlag(ImapCapabilities.Acl);
        client.OtherNamespaces.Should().ContainSingle().Which.Path.Should().Be("Shared");
        client.GetFolder(SpecialFolder.Sent)!.FullName.Should().Be("Sent");
        client.GetFolder(SpecialFolder.Trash)!.FullName.Should().Be("Trash");
        var folders = await client.GetFoldersAsync(client.OtherNamespaces[0], StatusItems.Count, subscribedOnly: true, Stop);
        folders.Select(folder => folder.FullName).Should().Contain($"Shared/{section.Address}/INBOX").And.Contain($"Shared/{section.Address}/Sent");

        var inbox = await client.GetFolderAsync($"Shared/{section.Address}/INBOX", Stop);
        (await inbox.GetMyAccessRightsAsync(Stop)).ToString().Should().Be("lrswikxtecdp");
        await inbox.AppendAsync(MailKitClients.Message("mario@example.org", section.Address, "Iscrizione"), MessageFlags.None, Stop);
        await inbox.OpenAsync(FolderAccess.ReadWrite, Stop);
        var archive = client.GetFolder(SpecialFolder.Archive)!;
        await inbox.MoveToAsync(0, archive, Stop);
        inbox.Count.Should().Be(0);
        await archive.OpenAsync(FolderAccess.ReadOnly, Stop);
        (await archive.GetMessageAsync(0, Stop)).Subject.Should().Be("Iscrizione");
    }
}
