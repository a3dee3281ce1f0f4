using System.Security.Cryptography.X509Certificates;
using Casella.Formats.Setup;

namespace Casella.Web.Setup;

/// <summary>Signs profiles with the certificate that the server shows at this moment.</summary>
/// <param name="certificate">With its private key, and the intermediates.</param>
public sealed class ProfileSigner(Func<(X509Certificate2 Certificate, X509Certificate2Collection Chain)> certificate, TimeProvider time)
{
    public byte[] Sign(byte[] profile)
    {
        var (signer, chain) = certificate();
        return SignedProfile.Sign(profile, signer, chain, time.GetUtcNow());
    }
}
