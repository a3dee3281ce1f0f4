using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Policies;
using Casella.Imap.Tests.Wire;
using Casella.Net.Connections;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Imap.Tests.Sessions;

/// <summary>The room over the real store, with one mailbox account that several clients sign in to.</summary>
internal sealed class MailHouse : IAsyncDisposable
{
    private readonly TestServer _server;

    private MailHouse(TestServer server) => _server = server;

    public static async Task<MailHouse> StartAsync()
    {
        var server = await TestServer.StartAsync(
            services => services.AddCasellaImap(new ImapOptions()),
            services => [(TlsMode.Implicit, services.GetRequiredService<ImapProtocol>())]);
        // The clients delete at a speed that no person does; nobody wants to be written to about it.
        await (await server.OpenAsync(TestServer.Address)).SetPolicyAsync(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["brake"] = "off" }, CancellationToken.None);
        return new MailHouse(server);
    }

    public int Port => _server.Ports[0];

    public async Task SetAsync(string policy, string value) => await (await _server.OpenAsync(TestServer.Address)).SetPolicyAsync(
        new Dictionary<string, string>(StringComparer.Ordinal) { [policy] = value }, CancellationToken.None);

    /// <summary>A device of a member, who is made when there is none of that login.</summary>
    /// <returns>Its password.</returns>
    public async Task<string> AddDeviceAsync(string login, string device, MemberRights rights = MemberRights.All)
    {
        var people = _server.Services.GetRequiredService<People>();
        if ((await people.PersonsAsync(CancellationToken.None)).All(person => !string.Equals(person.Login, login, StringComparison.Ordinal)))
            await people.AddAsync(new PersonToAdd(login, login, Language.English, null), CancellationToken.None);
        await people.SetMemberAsync(TestServer.Address, login, rights, CancellationToken.None);
        var added = await _server.Services.GetRequiredService<Devices>().AddAsync(
            new DeviceToAdd(TestServer.Address, login, $"{login}'s {device}", DeviceProtocols.All), CancellationToken.None);
        return added.Password;
    }

    /// <summary>What verify finds; nothing when all is well.</summary>
    public async Task<IReadOnlyList<string>> VerifyAsync()
    {
        var findings = new List<string>();
        var account = await _server.OpenAsync(TestServer.Address);
        await _server.Services.GetRequiredService<MailAccounts>().VerifyAsync(account.Id, findings.Add, CancellationToken.None);
        return findings;
    }

    /// <summary>A client that has signed in with the common password.</summary>
    public Task<WireClient> ConnectAsync() => ConnectAsync(TestServer.Password);

    public async Task<WireClient> ConnectAsync(string password)
    {
        var client = await WireClient.ConnectAsync(_server.Ports[0], tls: true);
        await client.LineAsync();
        await OkAsync(client, $"x LOGIN {TestServer.Address} \"{password}\"");
        return client;
    }

    /// <summary>A client that has INBOX selected, with the common password or that of a device.</summary>
    public async Task<WireClient> ConnectToInboxAsync(string password = TestServer.Password)
    {
        var client = await ConnectAsync(password);
        await OkAsync(client, "s SELECT INBOX");
        return client;
    }

    /// <summary>A client that has INBOX selected, after a command of its own.</summary>
    public async Task<WireClient> ConnectToInboxAfterAsync(string command)
    {
        var client = await ConnectAsync();
        await OkAsync(client, command);
        await OkAsync(client, "s SELECT INBOX");
        return client;
    }

    /// <summary>Appends messages whose subjects and bodies are numbers.</summary>
    public static async Task AppendAsync(WireClient client, int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            var message = $"Subject: {i}\r\n\r\n{i}";
            await OkAsync(client, $"p APPEND INBOX {{{message.Length}+}}\r\n{message}");
        }
    }

    /// <summary>The lines before the tagged OK.</summary>
    public static async Task<List<string>> OkAsync(WireClient client, string command)
    {
        var lines = await client.CommandAsync(command);
        if (lines.Count == 0 || !lines[^1].StartsWith(command.Split(' ')[0] + " OK ", StringComparison.Ordinal))
            throw new InvalidOperationException($"{command}\n{string.Join('\n', lines)}");
        return lines;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
