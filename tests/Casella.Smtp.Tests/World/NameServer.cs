using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;
using Casella.Net.Dns;

namespace Casella.Smtp.Tests.World;

/// <summary>
/// A DNS server in this process, over real datagrams: it knows what a test has written into it, in lines as of a zone
/// file ("example.net TXT v=spf1 -all"). A name ending in "SERVFAIL" as its value cannot be asked; "SILENT" is never
/// answered. Its answers are authentic (AD) when the test says so.
/// </summary>
internal sealed class NameServer : IDisposable
{
    private readonly ConcurrentDictionary<(string Name, string Type), List<string>> _zone = new();
    private readonly DnsServer _server;
    private readonly int _port;

    public NameServer() => (_server, _port) = Start();

    /// <summary>At a place of the test's choice, for programs that ask at port 53 only.</summary>
    public NameServer(IPEndPoint place)
    {
        (_server, _port) = (Listening(place), place.Port);
        _server.Start();
    }

    /// <summary>DNSSEC holds for everything here.</summary>
    public bool IsAuthentic { get; set; }

    /// <summary>Questions so far.</summary>
    public int Questions { get; private set; }

    public DnsOptions Options => new()
    {
        Server = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}"),
        Time = TimeSpan.FromSeconds(2),
        Retries = 0,
    };

    /// <summary>Adds lines; text after the type is the value as it is, words of an MX or SRV apart by spaces.</summary>
    public NameServer With(string zone)
    {
        foreach (var line in zone.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ', 3);
            _zone.GetOrAdd((words[0].ToLowerInvariant(), words[1].ToUpperInvariant()), _ => []).Add(words.Length > 2 ? words[2] : "");
        }

        return this;
    }

    public void Dispose()
    {
        try
        {
            _server.Stop();
        }
        catch (AggregateException stopped) when (stopped.InnerExceptions.All(inner => inner is TaskCanceledException))
        {
            // How the library says that its listeners have ended.
            return;
        }
    }

    private async Task AnswerAsync(object sender, QueryReceivedEventArgs received)
    {
        if (received.Query is not DnsMessage query)
            return;
        Questions++;
        var question = query.Questions[0];
        var answer = query.CreateResponseInstance();
        answer.ReturnCode = ReturnCode.NoError;
        answer.IsAuthenticData = IsAuthentic;
        var name = question.Name.ToString().TrimEnd('.').ToLowerInvariant();
        var values = _zone.GetValueOrDefault((name, question.RecordType.ToString().ToUpperInvariant()), []);
        if (values.Contains("SILENT", StringComparer.Ordinal))
            await Task.Delay(TimeSpan.FromSeconds(10));
        else if (values.Contains("SERVFAIL", StringComparer.Ordinal))
            answer.ReturnCode = ReturnCode.ServerFailure;
        else if (values.Count > 0)
            answer.AnswerRecords.AddRange(values.Select(value => Record(question, value)));
        else if (!_zone.Keys.Any(key => string.Equals(key.Name, name, StringComparison.Ordinal)))
            answer.ReturnCode = ReturnCode.NxDomain;
        received.Response = answer;
    }

    private static DnsRecordBase Record(DnsQuestion question, string value)
    {
        var words = value.Split(' ');
        return question.RecordType switch
        {
            RecordType.A => new ARecord(question.Name, 0, IPAddress.Parse(value)),
            RecordType.Aaaa => new AaaaRecord(question.Name, 0, IPAddress.Parse(value)),
            RecordType.Mx => new ARSoft.Tools.Net.Dns.MxRecord(question.Name, 0, ushort.Parse(words[0], CultureInfo.InvariantCulture), Name(words[1])),
            RecordType.Srv => new ARSoft.Tools.Net.Dns.SrvRecord(
                question.Name, 0, ushort.Parse(words[0], CultureInfo.InvariantCulture), ushort.Parse(words[1], CultureInfo.InvariantCulture),
                ushort.Parse(words[2], CultureInfo.InvariantCulture), Name(words[3])),
            RecordType.Ptr => new PtrRecord(question.Name, 0, Name(value)),
            RecordType.Tlsa => new ARSoft.Tools.Net.Dns.TlsaRecord(
                question.Name, 0, (ARSoft.Tools.Net.Dns.TlsaRecord.TlsaCertificateUsage)byte.Parse(words[0], CultureInfo.InvariantCulture),
                (ARSoft.Tools.Net.Dns.TlsaRecord.TlsaSelector)byte.Parse(words[1], CultureInfo.InvariantCulture),
                (ARSoft.Tools.Net.Dns.TlsaRecord.TlsaMatchingType)byte.Parse(words[2], CultureInfo.InvariantCulture), Convert.FromHexString(words[3])),
            _ => new TxtRecord(question.Name, 0, value.Chunk(255).Select(part => new string(part)).ToArray()),
        };
    }

    private static DomainName Name(string text) => text is "." ? DomainName.Root : DomainName.Parse(text);

    /// <summary>One number for both transports: one that is free for the one may be taken for the other.</summary>
    private (DnsServer Server, int Port) Start()
    {
        for (var attempt = 1; ; attempt++)
        {
            var place = new IPEndPoint(IPAddress.Loopback, FreePort());
            var server = Listening(place);
            try
            {
                server.Start();
                return (server, place.Port);
            }
            catch (SocketException) when (attempt < 20)
            {
                server.Stop();
            }
        }
    }

    private DnsServer Listening(IPEndPoint place)
    {
        var server = new DnsServer(new UdpServerTransport(place), new TcpServerTransport(place));
        server.QueryReceived += AnswerAsync;
        return server;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
