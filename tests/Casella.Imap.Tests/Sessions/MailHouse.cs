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

    /// <summary>A client that has signed in.</summary>
    public async Task<WireClient> ConnectAsync()
    {
        var client = await WireClient.ConnectAsync(_server.Ports[0], tls: true);
        await client.LineAsync();
        await OkAsync(client, $"x LOGIN {TestServer.Address} \"{TestServer.Password}\"");
        return client;
    }

    /// <summary>A client that has INBOX selected, after some commands of its own.</summary>
    public async Task<WireClient> ConnectToInboxAsync(params string[] before)
    {
        var client = await ConnectAsync();
        foreach (var command in before)
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
