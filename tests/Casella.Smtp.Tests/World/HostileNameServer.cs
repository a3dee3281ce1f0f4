using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Casella.Net.Dns;

namespace Casella.Smtp.Tests.World;

/// <summary>
/// A name server that answers as the test says, octet by octet (RFC 1035 §4.1): with the wrong number, about another name,
/// with more than was asked.
/// </summary>
internal sealed class HostileNameServer : IAsyncDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    /// <param name="answers">For each question, what is sent back, in this order.</param>
    public HostileNameServer(params FalseAnswer[] answers) => _serving = ServeAsync(answers);

    public List<string> Asked { get; } = [];

    public DnsOptions Options => new()
    {
        Server = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_socket.Client.LocalEndPoint!).Port}"),
        Time = TimeSpan.FromSeconds(1),
        Retries = 0,
    };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync(FalseAnswer[] answers)
    {
        try
        {
            while (true)
            {
                var question = await _socket.ReceiveAsync(_stop.Token);
                Asked.Add(NameIn(question.Buffer));
                foreach (var answer in answers)
                    await _socket.SendAsync(Write(question.Buffer, answer), question.RemoteEndPoint, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private static byte[] Write(byte[] question, FalseAnswer answer)
    {
        var end = 12 + EncodedLength(question) + 4;
        var id = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(question) + answer.NumberOff);
        byte[] asked = answer.OtherQuestion is { } other ? [.. Name(other), 0, 16, 0, 1] : question[12..end];
        return
        [
            (byte)(id >> 8), (byte)id, 0x81, 0x80, 0, 1, 0, (byte)answer.Records.Length, 0, 0, 0, 0, .. asked,
            .. answer.Records.SelectMany(record => (byte[])
            [
                .. Name(record.Name), 0, (byte)record.Type, 0, 1, 0, 0, 0x0E, 0x10, .. Sized(record.Type == 5 ? Name(record.Value) : [(byte)record.Value.Length, .. Encoding.ASCII.GetBytes(record.Value)]),
            ]),
        ];
    }

    private static byte[] Sized(byte[] data) => [(byte)(data.Length >> 8), (byte)data.Length, .. data];

    private static byte[] Name(string name) => [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];

    private static int EncodedLength(byte[] question)
    {
        var at = 12;
        while (question[at] != 0)
            at += question[at] + 1;
        return at + 1 - 12;
    }

    private static string NameIn(byte[] question)
    {
        var labels = new List<string>();
        for (var at = 12; question[at] != 0; at += question[at] + 1)
            labels.Add(Encoding.ASCII.GetString(question, at + 1, question[at]));
        return string.Join('.', labels);
    }
}

/// <param name="Records">TXT (16) or CNAME (5).</param>
internal sealed record FalseAnswer(params (string Name, int Type, string Value)[] Records)
{
    /// <summary>Added to the number of the question.</summary>
    public int NumberOff { get; init; }

    /// <summary>What it says that was asked; null for the truth.</summary>
    public string? OtherQuestion { get; init; }
}
