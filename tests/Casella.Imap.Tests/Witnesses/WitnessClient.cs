using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Casella.Transcripts;

namespace Casella.Imap.Tests.Witnesses;

/// <summary>Puts messages into one server's INBOX and asks for their structure; what comes back is a value.</summary>
internal sealed class WitnessClient : IAsyncDisposable
{
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly Action _end;

    private WitnessClient(Stream input, Stream output, Action end) => (_input, _output, _end) = (input, output, end);

    public static async Task<WitnessClient> ConnectAsync(int port)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port);
#pragma warning disable CA5359 // a test server on loopback
        var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, static (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync("localhost");
        var client = new WitnessClient(tls, tls, tcp.Dispose);
        await client.ResponseAsync();
        await client.CommandAsync($"LOGIN {TestServer.Address} \"{TestServer.Password}\"");
        return client;
    }

    /// <summary>
    /// Debian's Dovecot, its imap process alone: it speaks on its standard input and output as if somebody had signed in.
    /// </summary>
    public static async Task<WitnessClient> StartDovecotAsync(string folder)
    {
        var configuration = Path.Join(folder, "dovecot.conf");
        await File.WriteAllTextAsync(
            configuration,
            $"base_dir = {folder}/run\nlog_path = {folder}/log\nprotocols = imap\nssl = no\nmail_location = maildir:{folder}/mail\nfirst_valid_uid = 0\nmail_fsync = never\n");
        // It refuses to read mail as root.
        var start = Environment.UserName is "root"
            ? new ProcessStartInfo("setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", Program, "-c", configuration])
            : new ProcessStartInfo(Program, ["-c", configuration]);
        (start.RedirectStandardInput, start.RedirectStandardOutput) = (true, true);
        (start.Environment["USER"], start.Environment["HOME"]) = ("nobody", folder);
        if (Environment.UserName is "root")
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        var process = Process.Start(start)!;
        var client = new WitnessClient(process.StandardOutput.BaseStream, process.StandardInput.BaseStream, () =>
        {
            process.Kill();
            process.Dispose();
        });
        await client.ResponseAsync();
        return client;
    }

    public static string Program => "/usr/lib/dovecot/imap";

    public async Task AppendAsync(byte[] message)
    {
        await SendAsync(string.Create(CultureInfo.InvariantCulture, $"a APPEND INBOX {{{message.Length}+}}\r\n"));
        await _output.WriteAsync(message);
        await SendAsync("\r\n");
        await DoneAsync("APPEND");
    }

    /// <summary>ENVELOPE and BODYSTRUCTURE of all messages of INBOX, in their order.</summary>
    public async Task<IReadOnlyList<(ImapNode Envelope, ImapNode Structure)>> StructuresAsync()
    {
        await CommandAsync("SELECT INBOX");
        await SendAsync("a FETCH 1:* (ENVELOPE BODYSTRUCTURE)\r\n");
        var found = new List<(ImapNode, ImapNode)>();
        while (await ResponseAsync() is var response && response[0] != (byte)'a')
            if (ImapNode.Parse(response, "* ".Length) is [_, { Text: "FETCH" }, { Items: { } items }])
                found.Add((After(items, "ENVELOPE"), After(items, "BODYSTRUCTURE")));
        return found;
    }

    public ValueTask DisposeAsync()
    {
        _end();
        return ValueTask.CompletedTask;
    }

    private static ImapNode After(IReadOnlyList<ImapNode> items, string name) =>
        items[items.ToList().FindIndex(item => string.Equals(item.Text, name, StringComparison.Ordinal)) + 1];

    private async Task CommandAsync(string command)
    {
        await SendAsync($"a {command}\r\n");
        await DoneAsync(command);
    }

    private async Task DoneAsync(string what)
    {
        byte[] response;
        do
            response = await ResponseAsync();
        while (response[0] != (byte)'a');
        if (!Encoding.Latin1.GetString(response).StartsWith("a OK", StringComparison.Ordinal))
            throw new InvalidOperationException($"{what}: {Encoding.Latin1.GetString(response)}");
    }

    private async Task SendAsync(string text)
    {
        await _output.WriteAsync(Encoding.Latin1.GetBytes(text));
        await _output.FlushAsync();
    }

    /// <summary>A line with the literals in it.</summary>
    private async Task<byte[]> ResponseAsync()
    {
        var response = new List<byte>();
        while (true)
        {
            var start = response.Count;
            do
                response.Add(await OctetAsync());
            while (response[^1] != (byte)'\n');
            var line = Encoding.Latin1.GetString([.. response.Skip(start)]).TrimEnd('\r', '\n');
            if (!line.EndsWith('}') || !int.TryParse(line[(line.LastIndexOf('{') + 1)..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var size))
                return [.. response];
            for (var i = 0; i < size; i++)
                response.Add(await OctetAsync());
        }
    }

    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _at;
    private int _length;

    private async ValueTask<byte> OctetAsync()
    {
        if (_at == _length)
        {
            _length = await _input.ReadAsync(_buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            _at = 0;
            if (_length == 0)
                throw new EndOfStreamException();
        }

        return _buffer[_at++];
    }
}
