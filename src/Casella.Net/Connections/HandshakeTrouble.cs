using System.Security.Cryptography.X509Certificates;
using Casella.Core.Directory;

namespace Casella.Net.Connections;

/// <summary>
/// What a program has got wrong by whose handshake nothing came of, for who sets it up (ADR 0056). Programs say little;
/// what they say is the alert in which they part (RFC 8446 §6.2).
/// </summary>
internal static class HandshakeTrouble
{
    /// <summary>RFC 8446 §5.1: the content type with which a client begins.</summary>
    public const byte Handshake = 22;

    /// <summary>Behind the content type, of all versions.</summary>
    public const byte MajorVersion = 3;

    /// <summary>A program that wants no TLS waits for our greeting; who only looks whether a port is open is gone sooner.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    /// <param name="firstOctet">That the program sent; negative for none.</param>
    /// <param name="now">By our clock.</param>
    /// <returns>Null for what tells nothing.</returns>
    public static SignInOutcome? Of(Exception failure, int firstOctet, TimeSpan took, X509Certificate2 shown, DateTimeOffset now) => firstOctet switch
    {
        Handshake => OfAlert(failure, shown, now),
        < 0 => took >= Silence ? SignInOutcome.WithoutTls : null,
        _ => SignInOutcome.WithoutTls,
    };

    /// <summary>.NET has no name for an alert; the text is OpenSSL's ("tlsv1 alert unknown ca").</summary>
    private static SignInOutcome? OfAlert(Exception failure, X509Certificate2 shown, DateTimeOffset now)
    {
        for (var inner = failure; inner is not null; inner = inner.InnerException!)
        {
            if (inner.Message.Contains("alert certificate expired", StringComparison.Ordinal))
                return now.UtcDateTime >= shown.NotBefore.ToUniversalTime() && now.UtcDateTime <= shown.NotAfter.ToUniversalTime()
                    ? SignInOutcome.WrongClock
                    : SignInOutcome.CertificateRefused;
            if (inner.Message.Contains("alert unknown ca", StringComparison.Ordinal) || inner.Message.Contains("alert bad certificate", StringComparison.Ordinal)
                || inner.Message.Contains("alert certificate unknown", StringComparison.Ordinal))
                return SignInOutcome.CertificateRefused;
        }

        return null;
    }
}
