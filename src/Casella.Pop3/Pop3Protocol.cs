using System.Text;
using Casella.Net.Connections;
using Casella.Pop3.Session;

namespace Casella.Pop3;

/// <summary>The POP3 room's door: the listeners of 110 and 995 call it for each connection.</summary>
public sealed class Pop3Protocol(Pop3Services services) : IMailProtocol
{
    public string Name => "pop3";

    /// <summary>RFC 3206 §4: SYS/TEMP tells the client that waiting helps.</summary>
    public ReadOnlyMemory<byte> Refusal(RefusalReason reason) => Encoding.ASCII.GetBytes(reason switch
    {
        RefusalReason.TooManyConnections => "-ERR [SYS/TEMP] the server has too many connections, try again later\r\n",
        RefusalReason.TooManyFromAddress => "-ERR [SYS/TEMP] too many connections from your address, close some first\r\n",
        RefusalReason.ShuttingDown => "-ERR [SYS/TEMP] the server is stopping, try again in a minute\r\n",
    });

    public Task RunAsync(MailConnection connection, CancellationToken cancellationToken) =>
        new Pop3Session(connection, services).RunAsync(cancellationToken);
}
