using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Casella.Journeys.World;

/// <summary>
/// A mail server of another domain. It is strict: lines end with CRLF and content with CRLF.CRLF, nothing else; what it
/// got it keeps as it came. Recipients that begin with "nobody" do not exist.
/// </summary>
internal sealed class ForeignServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Channel<ForeignMail> _mail = Channel.CreateUnbounded<ForeignMail>();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public ForeignServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>For the configuration of the server that sends.</summary>
    public string PortSetting => string.Create(CultureInfo.InvariantCulture, $"--Outbound:Port={Port}");

    /// <summary>While true it answers everybody 451.</summary>
    public bool IsBusy { get; set; }

    /// <summary>How many sessions it has had.</summary>
    public int Sessions { get; private set; }

    /// <summary>The next message, or a failure when none comes.</summary>
    public async Task<ForeignMail> NextAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        return await _mail.Reader.ReadAsync(patience.Token);
    }

    /// <summary>True when nothing has come that was not asked for by <see cref="NextAsync"/>.</summary>
    public bool HasNothingMore => !_mail.Reader.TryPeek(out _);

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
        var sessions = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Sessions++;
                sessions.Add(ServeAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(sessions);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        await using (var stream = client.GetStream())
        {
            try
            {
                await TalkAsync(stream);
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException)
            {
                // The sender has left, or the journey is over: what had come completely is kept.
                return;
            }
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        await SayAsync(stream, "220 mx1 ready");
        var (sender, recipients) = ("", new List<string>());
        while (await LineAsync(stream) is { } line)
        {
            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            if (verb is "MAIL")
                (sender, recipients) = (Path(line), []);
            if (verb is "RCPT" && !IsUnknown(line))
                recipients.Add(Path(line));
            await SayAsync(stream, Answer(verb, line));
            if (verb is "QUIT")
                return;
            if (verb is not "DATA" || IsBusy)
                continue;
            _mail.Writer.TryWrite(new ForeignMail(sender, recipients, await ContentAsync(stream)));
            await SayAsync(stream, "250 2.0.0 taken");
        }
    }

    private string Answer(string verb, string line) => verb switch
    {
        "EHLO" => "250-mx1\r\n250-SIZE 50000000\r\n250-8BITMIME\r\n250 PIPELINING",
        "MAIL" or "RCPT" or "DATA" when IsBusy => "451 4.3.2 busy, come back later",
        "RCPT" when IsUnknown(line) => "550 5.1.1 no such mailbox here",
        "DATA" => "354 go on",
        "QUIT" => "221 bye",
        "MAIL" or "RCPT" or "RSET" or "NOOP" => "250 2.1.0 ok",
        _ => "500 5.5.1 what?",
    };

    private static bool IsUnknown(string line) => Path(line).StartsWith("nobody", StringComparison.Ordinal);

    private static string Path(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];

    /// <summary>Up to CRLF.CRLF, dots un-stuffed.</summary>
    private async Task<string> ContentAsync(NetworkStream stream)
    {
        var content = new StringBuilder();
        while (await LineAsync(stream) is { } line && line is not ".")
            content.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        return content.ToString();
    }

    /// <summary>
    /// A line without its CRLF, one character for each octet; a lone CR or LF is part of it. Null at the end.
    /// </summary>
    private async Task<string?> LineAsync(NetworkStream stream)
    {
        var (line, octet) = (new StringBuilder(), new byte[1]);
        while (await stream.ReadAsync(octet, _stop.Token) == 1)
        {
            line.Append((char)octet[0]);
            if (line.Length >= 2 && line[^2] == '\r' && line[^1] == '\n')
                return line.ToString(0, line.Length - 2);
        }

        return null;
    }

    private async Task SayAsync(NetworkStream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes($"{text}\r\n"), _stop.Token);
}

/// <param name="Content">As it came, one character for each octet, dots un-stuffed.</param>
internal sealed record ForeignMail(string Sender, IReadOnlyList<string> Recipients, string Content);
