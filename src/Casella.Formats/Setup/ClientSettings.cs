namespace Casella.Formats.Setup;

/// <summary>
/// What a mail program must be told to reach this server: made once from the ports that are really open, and said in
/// every form that programs and people read.
/// </summary>
/// <param name="HostName">Of this server, for all services.</param>
/// <param name="Services">Only what is open, in the order in which it is recommended.</param>
public sealed record ClientSettings(string HostName, IReadOnlyList<ClientService> Services)
{
    /// <summary>What to recommend, or null where the service is off.</summary>
    // RFC 8314 §3: TLS from the first byte where there is both.
    public ClientService? Find(ClientProtocol protocol) =>
        Services.Where(service => service.Protocol == protocol).OrderBy(service => service.Tls).FirstOrDefault();
}

/// <summary>One port that programs may be told.</summary>
public sealed record ClientService(ClientProtocol Protocol, int Port, ClientTls Tls);

public enum ClientProtocol { Imap, Pop3, Submission, ManageSieve }

/// <summary>The better one first.</summary>
public enum ClientTls { Implicit, StartTls }
