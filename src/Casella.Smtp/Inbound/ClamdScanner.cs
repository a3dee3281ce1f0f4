using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Casella.Core.Filtering.Spam;
using Casella.Core.Messages;
using Microsoft.Extensions.Logging;

namespace Casella.Smtp.Inbound;

/// <summary>
/// Asks a clamd for viruses (INSTREAM of its manual: each piece with its length before it, a piece of no length at the
/// end). One connection for a message.
/// </summary>
internal sealed class ClamdScanner(VirusOptions options, ILogger<ClamdScanner> logger) : IVirusScanner
{
    private const int Piece = 64 * 1024;
    private const int AnswerAtMost = 1_024;

    public async Task<string?> ScanAsync(StagedMessage message, CancellationToken cancellationToken)
    {
        if (message.Size > options.SizeAtMost)
            return null;
        try
        {
            var answer = await Deadline.RunAsync(token => AskAsync(message, token), options.ClamdTime, null, cancellationToken);
            if (answer is not null && Read(answer) is { } found)
                return found;
            Log.ClamdSilent(logger, options.Clamd, answer ?? "no answer in time");
        }
        catch (Exception away) when (away is SocketException or IOException)
        {
            Log.ClamdSilent(logger, options.Clamd, away.Message);
        }

        ScannerMetrics.Silent("clamd");
        return null;
    }

    /// <summary>"stream: OK", "stream: Eicar-Test-Signature FOUND"; everything else is no answer.</summary>
    private static string? Read(string answer)
    {
        var text = answer.StartsWith("stream: ", StringComparison.Ordinal) ? answer["stream: ".Length..].TrimEnd('\0', '\n') : answer;
        return text is "OK" ? ""
            : text.EndsWith(" FOUND", StringComparison.Ordinal) ? text[..^" FOUND".Length]
            : null;
    }

    private async Task<string?> AskAsync(StagedMessage message, CancellationToken cancellationToken)
    {
        using var socket = await ConnectAsync(cancellationToken);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync("zINSTREAM\0"u8.ToArray(), cancellationToken);
        await using var content = message.OpenRead();
        var piece = new byte[Piece + sizeof(int)];
        int length;
        do
        {
            length = await content.ReadAsync(piece.AsMemory(sizeof(int)), cancellationToken);
            BinaryPrimitives.WriteInt32BigEndian(piece, length);
            await stream.WriteAsync(piece.AsMemory(0, length + sizeof(int)), cancellationToken);
        }
        while (length > 0);
        var answer = new byte[AnswerAtMost];
        var read = 0;
        while (read < answer.Length && await stream.ReadAsync(answer.AsMemory(read), cancellationToken) is > 0 and var more)
        {
            read += more;
            if (answer[read - 1] == 0)
                break;
        }

        return Encoding.ASCII.GetString(answer, 0, read);
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        EndPoint target = options.Clamd[0] == '/' ? new UnixDomainSocketEndPoint(options.Clamd) : IPEndPoint.Parse(options.Clamd);
        var socket = target is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(target, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
