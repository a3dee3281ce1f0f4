using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Serialization;
using Casella.Core.Migration;
using MailKit;
using MailKit.Security;

namespace Casella.Server.Migration;

/// <param name="Pop3Port">Null when it is not to be asked.</param>
/// <param name="Trust">PEM file of authorities to trust besides the system's; empty for none.</param>
internal sealed record OldServer(string Host, int Port, bool IsStartTls, int? Pop3Port, string Trust)
{
    /// <summary>How a connection to it is made.</summary>
    [JsonIgnore]
    public IReach Reach { get; init; } = OpenReach.Instance;

    [JsonIgnore]
    public SecureSocketOptions Tls => IsStartTls ? SecureSocketOptions.StartTls : SecureSocketOptions.SslOnConnect;

    /// <summary>MailKit's own check is the system's; here also with the authorities that were named.</summary>
    public bool Trusts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (Trust.Length == 0 || certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
            return false;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.CustomTrustStore.ImportFromPemFile(Trust);
        using var shown = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return own.Build(shown);
    }
}

internal sealed record OldLogin(string User, string Password)
{
    /// <summary>No password ever gets into a log.</summary>
    public override string ToString() => User;
}

/// <summary>What MailKit says when something is wrong there, in words.</summary>
internal static class OldServerFailures
{
    public static bool Is(Exception exception) => exception is
        IOException or System.Net.Sockets.SocketException or System.Security.Authentication.AuthenticationException or MailKit.Security.AuthenticationException
        or ProtocolException or MailKit.CommandException or SslHandshakeException or ServiceNotConnectedException or ServiceNotAuthenticatedException or TimeoutException or FolderNotFoundException;

    public static OldServerException Of(string host, Exception failed) => failed switch
    {
        MailKit.Security.AuthenticationException => new OldServerException(OldServerProblem.SignInRefused, $"{host} refuses the user name or the password", failed),
        SslHandshakeException => new OldServerException(
            OldServerProblem.CertificateNotTrusted, $"{host}: its certificate is not trusted; name its authority with --trust FILE", failed),
        _ => new OldServerException(OldServerProblem.Unreachable, $"{host}: {failed.Message}", failed),
    };
}
