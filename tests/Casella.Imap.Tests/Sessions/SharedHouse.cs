using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Policies;
using Casella.Net.Connections;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Imap.Tests.Sessions;

/// <summary>
/// Anna has a mailbox of her own, Marco another; both are members of the section's, and neither has set that one up by
/// itself.
/// </summary>
internal sealed class SharedHouse : IAsyncDisposable
{
    public const string Section = "section@example.org";
    public const string Below = $"Shared/{Section}";

    private static CancellationToken None => CancellationToken.None;
    private readonly TestServer _server;

    private SharedHouse(TestServer server) => _server = server;

    public People People => _server.Services.GetRequiredService<People>();

    public SharedMailboxes Shared => _server.Services.GetRequiredService<SharedMailboxes>();

    public static async Task<SharedHouse> StartAsync()
    {
        var house = new SharedHouse(await TestServer.StartAsync(
            services => services.AddCasellaImap(new ImapOptions()),
            services => [(TlsMode.Implicit, services.GetRequiredService<ImapProtocol>())]));
        await house._server.AddAccountAsync(Section, quota: 1L << 30);
        foreach (var login in (string[])["anna", "marco"])
        {
            await house.People.AddAsync(new PersonToAdd(login, login, Language.Italian, Password: null), None);
            await house._server.AddAccountAsync(Own(login), quota: 1L << 30);
            await house.People.SetMemberAsync(Own(login), login, MemberRights.All, None);
            await house.People.SetMemberAsync(Section, login, MemberRights.Read | MemberRights.Work, None);
        }
        return house;
    }

    public static string Own(string login) => $"{login}@example.org";

    /// <summary>A client of a person that has signed in to a mailbox, with a new device.</summary>
    public async Task<WireClient> ConnectAsync(string login, string? address = null)
    {
        address ??= Own(login);
        var devices = _server.Services.GetRequiredService<Devices>();
        var name = $"device {Guid.NewGuid():N}";
        var device = await devices.AddAsync(new DeviceToAdd(address, login, name, DeviceProtocols.All), None);
        var client = await WireClient.ConnectAsync(_server.Ports[0], tls: true);
        await client.LineAsync();
        await MailHouse.OkAsync(client, $"x LOGIN {address} \"{device.Password}\"");
        return client;
    }

    public Task<MailAccount> OpenAsync(string address) => _server.OpenAsync(address);

    public Task AppendAsync(string address, string mailbox, string message) => _server.AppendAsync(address, mailbox, message);

    public Task RemoveAsync(string address) => _server.Services.GetRequiredService<MailDirectory>().RemoveAccountAsync(address, None);

    /// <summary>How many messages a mailbox has, by the server's own door.</summary>
    public async Task<int> CountAsync(string address, string mailbox)
    {
        var account = await _server.OpenAsync(address);
        return (await account.GetTreeAsync(None)).Find(MailboxName.Parse(mailbox))!.Messages;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
