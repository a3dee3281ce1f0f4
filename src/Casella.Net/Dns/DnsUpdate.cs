using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using DnsClient;
using DnsClient.Protocol;

namespace Casella.Net.Dns;

/// <summary>
/// Changes records in a zone by telling its server (RFC 2136), signed by a key that it knows. Always over TCP.
/// </summary>
/// <param name="server">The zone's primary server.</param>
public sealed class DnsUpdate(IPEndPoint server, UpdateKey key, TimeProvider time)
{
    private const int ClassIn = 1;
    private const int ClassNone = 254;
    private const int TypeSoa = 6;
    private const int TypeTxt = 16;
    private const int OpcodeUpdate = 5 << 11;

    /// <summary>What is looked at once need not be remembered for long.</summary>
    private const uint TimeToLive = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <exception cref="DnsUpdateException">The server refuses, or cannot be reached.</exception>
    // RFC 2136 §2.5.1: added to what is there; a name and its wildcard have a challenge each under one name.
    public Task AddTxtAsync(string name, string text, CancellationToken cancellationToken) => SendAsync(name, text, ClassIn, TimeToLive, cancellationToken);

    /// <exception cref="DnsUpdateException"/>
    // RFC 2136 §2.5.4: this one only.
    public Task RemoveTxtAsync(string name, string text, CancellationToken cancellationToken) => SendAsync(name, text, ClassNone, 0, cancellationToken);

    private async Task SendAsync(string name, string text, int recordClass, uint timeToLive, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            var zone = await ZoneAsync(name, deadline.Token);
            // RFC 2136 §2: id, opcode, one zone, no prerequisites, one update, nothing more.
            var message = new DnsWriter()
                .UInt16(RandomNumberGenerator.GetInt32(ushort.MaxValue)).UInt16(OpcodeUpdate).UInt16(1).UInt16(0).UInt16(1).UInt16(0)
                .Name(zone).UInt16(TypeSoa).UInt16(ClassIn)
                .Name(name).UInt16(TypeTxt).UInt16(recordClass).UInt32(timeToLive).Text(text)
                .ToArray();
            var signature = new TransactionSignature(key);
            var answer = await ExchangeAsync(signature.Sign(message, time.GetUtcNow()), deadline.Token);
            signature.Check(answer, time.GetUtcNow());
            if ((answer[3] & 15) is var code and not 0)
                throw new DnsUpdateException($"{server} refuses to change {name} in {zone}: {(DnsHeaderResponseCode)code}");
        }
        catch (Exception failed) when (failed is SocketException or IOException or DnsResponseException)
        {
            throw new DnsUpdateException($"{server}: {failed.Message}", failed);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DnsUpdateException($"{server} does not answer", late);
        }
    }

    /// <summary>Whatever part of the name the server has a zone for: its SOA record says where that begins.</summary>
    private async Task<string> ZoneAsync(string name, CancellationToken cancellationToken)
    {
        var client = new LookupClient(new LookupClientOptions(server) { UseCache = false, ThrowDnsErrors = false, Recursion = false });
        var answer = await client.QueryAsync(name, QueryType.SOA, cancellationToken: cancellationToken);
        return answer.AllRecords.OfType<SoaRecord>().FirstOrDefault()?.DomainName.Value.TrimEnd('.')
            ?? throw new DnsUpdateException($"{server} has no zone for {name}");
    }

    // RFC 1035 §4.2.2: the length before each message.
    private async Task<byte[]> ExchangeAsync(byte[] message, CancellationToken cancellationToken)
    {
        using var client = new TcpClient(server.AddressFamily);
        await client.ConnectAsync(server, cancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(new DnsWriter().UInt16(message.Length).Bytes(message).ToArray(), cancellationToken);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, cancellationToken);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        return answer.Length >= 12 && answer.AsSpan(0, 2).SequenceEqual(message.AsSpan(0, 2))
            ? answer
            : throw new DnsUpdateException($"{server} answers something else");
    }
}

/// <summary>A zone was not changed; the message says why.</summary>
public sealed class DnsUpdateException(string message, Exception? inner = null) : Exception(message, inner);
