using System.Net.Sockets;
using System.Text.Json;
using Casella.Server.Hosting;

namespace Casella.Server.Administration;

/// <summary>Administration by the running server, over its control socket.</summary>
internal sealed class ControlClient(NetworkStream stream, string version) : IAdministration
{
    /// <summary>Connects, or null when no server answers.</summary>
    public static async Task<ControlClient?> TryConnectAsync(string data, string version, CancellationToken cancellationToken)
    {
        var path = DataFolder.ControlSocket(data);
        if (!File.Exists(path))
            return null;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new ControlClient(new NetworkStream(socket, ownsSocket: true), version);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            if (failure.SocketErrorCode is SocketError.AccessDenied)
                throw new CommandException("ControlSocket", $"{path} may not be opened; run casella as the user who runs the server.");
            return null;
        }
    }

    public async Task<TResult> SendAsync<TResult>(AdminRequest<TResult> request, Action<string> tell, CancellationToken cancellationToken)
        where TResult : notnull
    {
        try
        {
            await ControlFrames.WriteAsync(stream, new ControlCall(version, request), cancellationToken);
            while (await ControlFrames.ReadAsync<ControlAnswer>(stream, cancellationToken) is { } answer)
            {
                if (answer.Told is { } line)
                    tell(line);
                else if (answer.Error is { } error)
                    throw new CommandException(error.Code, error.Message);
                else
                    return answer.Result!.Value.Deserialize<TResult>(ControlFrames.Json)!;
            }
        }
        catch (IOException lost)
        {
            throw new CommandException("ControlSocket", $"The server went away before it answered ({lost.Message}); look into its log.");
        }
        throw new CommandException("ControlSocket", "The server went away before it answered; look into its log.");
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
