using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Casella.Network.Machines;

/// <summary>The client's side of SMTP, word by word.</summary>
internal sealed class MailWire : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly StreamReader _reader;

    private MailWire(Stream stream) => (_stream, _reader) = (stream, new StreamReader(stream, Encoding.UTF8));

    public static async Task<MailWire> ConnectAsync(Socket socket)
    {
        var wire = new MailWire(new NetworkStream(socket, ownsSocket: true));
        await wire.ReplyAsync();
        return wire;
    }

    /// <summary>Under TLS from the first byte, signed in.</summary>
    public static async Task<MailWire> SignInAsync(Socket socket, string user, string password)
    {
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
#pragma warning disable CA5359 // whose certificate it is, is not in question here
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "submission", RemoteCertificateValidationCallback = (_, _, _, _) => true });
#pragma warning restore CA5359
        var wire = new MailWire(tls);
        await wire.ReplyAsync();
        await wire.AskAsync("EHLO client.test");
        var answer = await wire.AskAsync($"AUTH PLAIN {Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"))}");
        return answer.StartsWith("235", StringComparison.Ordinal) ? wire : throw new InvalidOperationException(answer);
    }

    /// <summary>The last line of the answer.</summary>
    public async Task<string> AskAsync(string command)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes($"{command}\r\n"));
        await _stream.FlushAsync();
        return await ReplyAsync();
    }

    /// <summary>The whole of a transaction; the first answer that is no success, or the last.</summary>
    public async Task<string> SendAsync(string from, string to, string message, string more = "")
    {
        foreach (var command in new[] { $"MAIL FROM:<{from}>{more}", $"RCPT TO:<{to}>", "DATA" })
            if (await AskAsync(command) is var answer && answer[0] is not ('2' or '3'))
                return answer;
        return await AskAsync(message.ReplaceLineEndings("\r\n").Replace("\r\n.", "\r\n..", StringComparison.Ordinal) + "\r\n.");
    }

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await _stream.DisposeAsync();
    }

    private async Task<string> ReplyAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var line = await _reader.ReadLineAsync(patience.Token) ?? throw new IOException("the server has hung up");
            if (line.Length < 4 || line[3] is ' ')
                return line;
        }
    }
}
