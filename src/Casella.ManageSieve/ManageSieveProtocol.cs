using System.Text;
using Casella.ManageSieve.Session;
using Casella.Net.Connections;

namespace Casella.ManageSieve;

/// <summary>The ManageSieve room's door (RFC 5804): the listener of 4190 calls it for each connection.</summary>
public sealed class ManageSieveProtocol(ManageSieveServices services) : IMailProtocol
{
    public string Name => "sieve";

    /// <summary>RFC 5804 §1.3: TRYLATER tells the client that waiting helps.</summary>
    public ReadOnlyMemory<byte> Refusal(RefusalReason reason) => Encoding.ASCII.GetBytes(reason switch
    {
        RefusalReason.TooManyConnections => "BYE (TRYLATER) \"The server has too many connections, try again later\"\r\n",
        RefusalReason.TooManyFromAddress => "BYE (TRYLATER) \"Too many connections from your address, close some first\"\r\n",
        RefusalReason.ShuttingDown => "BYE (TRYLATER) \"The server is stopping, try again in a minute\"\r\n",
    });

    public Task RunAsync(MailConnection connection, CancellationToken cancellationToken) =>
        new ManageSieveSession(connection, services).RunAsync(cancellationToken);
}
