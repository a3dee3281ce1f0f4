using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Casella.Smtp.Tests.World;

/// <summary>A server that takes mail in clear text only, or lies about TLS; it counts the messages it got.</summary>
internal sealed class PlainServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _ehlo;
    private readonly string _afterStartTls;
    private readonly Task _accepting;

    /// <param name="ehlo">Its extensions.</param>
    /// <param name="afterStartTls">What it says to STARTTLS, in one piece; nothing of TLS follows.</param>
    public PlainServer(string ehlo = "250-mx.there.test\r\n250 8BITMIME\r\n", string afterStartTls = "454 4.7.0 no\r\n")
    {
        (_ehlo, _afterStartTls) = (ehlo, afterStartTls);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Messages { get; private set; }

    /// <summary>Connections that were ended by QUIT.</summary>
    public int Goodbyes { get; private set; }

    /// <summary>MAIL as it was said last.</summary>
    public string LastMail { get; private set; } = "";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // Only then: a listener that has stopped throws at whoever comes back to it from a conversation.
        await _accepting;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await TalkAsync(client.GetStream());
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        try
        {
            using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
            await SayAsync(stream, "220 mx.there.test\r\n");
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                LastMail = verb is "MAIL" ? line : LastMail;
                await SayAsync(stream, verb switch
                {
                    "EHLO" => _ehlo,
                    "STARTTLS" => _afterStartTls,
                    "DATA" => "354 go\r\n",
                    "QUIT" => "221 bye\r\n",
                    _ => "250 ok\r\n",
                });
                if (verb is "QUIT")
                {
                    Goodbyes++;
                    return;
                }

                if (verb is not "DATA")
                    continue;
                while (await reader.ReadLineAsync(_stop.Token) is { } content and not ".")
                {
                    // Thrown away.
                }

                Messages++;
                await SayAsync(stream, "250 taken\r\n");
            }
        }
        catch (IOException)
        {
            // The sender has left, as senders do whom a server disappoints.
            return;
        }
    }

    private async Task SayAsync(NetworkStream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text), _stop.Token);
}
