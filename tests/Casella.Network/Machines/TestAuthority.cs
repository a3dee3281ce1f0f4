using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Casella.Network.Machines;

/// <summary>A certificate authority of the test, and one that nobody has heard of.</summary>
internal sealed class TestAuthority
{
    private readonly X509Certificate2 _own = Root("Test authority");
    private readonly X509Certificate2 _between;
    private readonly X509Certificate2 _unknown = Root("Nobody's authority");
    private readonly ConcurrentDictionary<(string, CertificateKind), X509Certificate2> _issued = new();

    public TestAuthority() => _between = Between(_own);

    /// <summary>The one that signs: below the root, as the world's are. Servers send it.</summary>
    public X509Certificate2 Authority => _between;

    public string Pem => _own.ExportCertificatePem();

    /// <summary>For a server that takes its certificate from the name it is asked by.</summary>
    public X509Certificate2 For(string name, CertificateKind kind) => _issued.GetOrAdd((name, kind), key => Issue([key.Item1], key.Item2));

    /// <summary>Writes a certificate with its chain, and its key, for a program.</summary>
    public async Task<X509Certificate2> WriteAsync(string folder, params string[] names)
    {
        var certificate = Issue(names, CertificateKind.Good);
        await File.WriteAllTextAsync(Path.Join(folder, "cert.pem"), $"{certificate.ExportCertificatePem()}\n{_between.ExportCertificatePem()}\n");
        await File.WriteAllTextAsync(Path.Join(folder, "key.pem"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return certificate;
    }

    private X509Certificate2 Issue(string[] names, CertificateKind kind)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        var subject = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            if (IPAddress.TryParse(name, out var address))
                subject.AddIpAddress(address);
            else
                subject.AddDnsName(name);
        request.CertificateExtensions.Add(subject.Build());
        var (from, until) = kind is CertificateKind.Expired ? (-20, -10) : (-2, 30);
        var now = TimeProvider.System.GetUtcNow();
        using var signed = request.Create(
            kind is CertificateKind.Unknown ? _unknown : _between, now.AddDays(from), now.AddDays(until), RandomNumberGenerator.GetBytes(12));
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    private static X509Certificate2 Between(X509Certificate2 root)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority which signs", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var signed = request.Create(root, now.AddDays(-90), now.AddDays(90), RandomNumberGenerator.GetBytes(12));
        return signed.CopyWithPrivateKey(key);
    }

    private static X509Certificate2 Root(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-100), now.AddDays(100));
    }
}

internal enum CertificateKind { Good, Expired, Unknown }
