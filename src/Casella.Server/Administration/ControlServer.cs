using System.Net.Sockets;
using System.Text.Json;
using Casella.Server.Hosting;

namespace Casella.Server.Administration;

/// <summary>
/// The running server's ear for the command line: a Unix socket in the data folder, mode 0600 in a folder of mode 0700,
/// so that whoever can open it owns the data anyway. Started before the ports open and stopped after they close.
/// </summary>
internal sealed class ControlServer(DataFolder data, Dispatcher dispatcher, string version, ILogger<ControlServer> log) : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stopping = new();
    private Task _accepting = Task.CompletedTask;

    public void Start()
    {
        var path = DataFolder.ControlSocket(data.Root);
        // Left by a process that was killed: we hold the lock, so nobody listens there.
        File.Delete(path);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _listener.Listen(16);
        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stopping.Dispose();
        File.Delete(DataFolder.ControlSocket(data.Root));
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_stopping.Token);
                open.RemoveAll(t => t.IsCompleted);
                open.Add(ServeAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        await using var stream = new NetworkStream(client, ownsSocket: true);
        try
        {
            while (await ControlFrames.ReadAsync<ControlCall>(stream, _stopping.Token) is { } call)
                await AnswerAsync(stream, call);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            Log.ControlClientGone(log, gone.Message);
        }
        catch (Exception bug)
        {
            Log.ControlFailed(log, bug);
        }
    }

    private async Task AnswerAsync(NetworkStream stream, ControlCall call)
    {
        try
        {
            if (!string.Equals(call.Version, version, StringComparison.Ordinal))
                throw new CommandException("Version", $"The running server is casella {version}, this program is casella {call.Version}. Restart the server.");
            Log.ControlCalled(log, call.Request.GetType().Name);
            var result = await dispatcher.RunAsync(call.Request, line => Tell(stream, line), _stopping.Token);
            var element = JsonSerializer.SerializeToElement(result, result.GetType(), ControlFrames.Json);
            await ControlFrames.WriteAsync(stream, new ControlAnswer(Result: element), _stopping.Token);
        }
        catch (CommandException failure)
        {
            await ControlFrames.WriteAsync(stream, new ControlAnswer(Error: new ControlError(failure.Code, failure.Message)), _stopping.Token);
        }
        catch (Exception bug) when (bug is not (IOException or OperationCanceledException))
        {
            var id = Guid.NewGuid().ToString("N")[..8];
            Log.ControlBug(log, id, bug);
            var error = new ControlError("Internal", $"Internal error ({id}); the server's log has the details.");
            await ControlFrames.WriteAsync(stream, new ControlAnswer(Error: error), _stopping.Token);
        }
    }

    // Findings are told from synchronous code within a request, one request at a time on this stream.
    private static void Tell(NetworkStream stream, string line)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new ControlAnswer(Told: line), ControlFrames.Json);
        Span<byte> head = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(head, body.Length);
        stream.Write(head);
        stream.Write(body);
    }
}
