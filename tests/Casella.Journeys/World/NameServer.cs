using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;

namespace Casella.Journeys.World;

/// <summary>
/// The DNS of the journeys' world: domains and their mail servers, all on this machine. Whoever it does not know does
/// not exist.
/// </summary>
internal sealed class NameServer : IDisposable
{
    private readonly DnsServer _server;
    private readonly string _domain;

    /// <param name="domain">The one domain that takes mail; its exchanger is mx1 before it.</param>
    public NameServer(string domain)
    {
        _domain = domain;
        Port = FreePort();
        _server = new DnsServer(new UdpServerTransport(new IPEndPoint(IPAddress.Loopback, Port)));
        _server.QueryReceived += AnswerAsync;
        _server.Start();
    }

    public int Port { get; }

    /// <summary>For the server's configuration.</summary>
    public string Setting => string.Create(CultureInfo.InvariantCulture, $"--Dns:Server=127.0.0.1:{Port}");

    public void Dispose() => _server.Stop();

    private Task AnswerAsync(object sender, QueryReceivedEventArgs received)
    {
        if (received.Query is not DnsMessage query)
            return Task.CompletedTask;
        var answer = query.CreateResponseInstance();
        answer.ReturnCode = ReturnCode.NoError;
        var question = query.Questions[0];
        var name = question.Name.ToString().TrimEnd('.').ToLowerInvariant();
        if (string.Equals(name, _domain, StringComparison.Ordinal) && question.RecordType == RecordType.Mx)
            answer.AnswerRecords.Add(new MxRecord(question.Name, 60, 10, DomainName.Parse($"mx1.{_domain}")));
        else if (string.Equals(name, $"mx1.{_domain}", StringComparison.Ordinal) && question.RecordType == RecordType.A)
            answer.AnswerRecords.Add(new ARecord(question.Name, 60, IPAddress.Loopback));
        else if (!name.EndsWith(_domain, StringComparison.Ordinal))
            answer.ReturnCode = ReturnCode.NxDomain;
        received.Response = answer;
        return Task.CompletedTask;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
