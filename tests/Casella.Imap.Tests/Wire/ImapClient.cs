using Casella.Transcripts;

namespace Casella.Imap.Tests.Wire;

/// <summary>What a client of IMAP does beyond lines: greetings and tagged replies.</summary>
internal static class ImapClient
{
    /// <summary>Connects and reads the greeting.</summary>
    public static async Task<(WireClient Client, string Greeting)> ConnectAsync(ImapServer server, bool tls)
    {
        var client = await WireClient.ConnectAsync(tls ? server.TlsPort : server.Port, tls);
        return (client, await client.LineAsync());
    }

    /// <summary>
    /// Sends a command and reads up to its tagged reply (the last line), or up to the end of the connection.
    /// </summary>
    public static async Task<List<string>> CommandAsync(this WireClient client, string command)
    {
        await client.SendAsync(command);
        return await client.ReplyAsync(command.Split(' ')[0]);
    }

    /// <summary>Lines up to the tagged one, or to the end of the connection.</summary>
    public static async Task<List<string>> ReplyAsync(this WireClient client, string tag)
    {
        var lines = new List<string>();
        while (await client.LineAsync() is { Length: > 0 } line)
        {
            lines.Add(line);
            if (line.StartsWith(tag + " ", StringComparison.Ordinal))
                break;
        }
        return lines;
    }
}
