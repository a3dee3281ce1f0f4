using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Casella.Formats.Addresses;
using Casella.Net.Dns;
using Casella.Server.Options;

namespace Casella.Server.Configuration;

/// <summary>What can be wrong with the options of the certificate authority.</summary>
internal static class AcmeCheck
{
    public static IEnumerable<string> Problems(TlsOptions tls)
    {
        var acme = tls.Acme;
        if (!acme.IsOn)
            yield break;
        if (tls.Certificate.Length > 0)
            yield return "Tls: Certificate and Acme:Directory are two ways to the same; set one of them";
        if (!Uri.TryCreate(acme.Directory, UriKind.Absolute, out var url) || !string.Equals(url.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal))
            yield return $"Tls:Acme:Directory: \"{acme.Directory}\" is no address such as https://acme-v02.api.letsencrypt.org/directory";
        if (!acme.AcceptTerms)
            yield return "Tls:Acme:AcceptTerms: read the authority's conditions (for Let's Encrypt: https://letsencrypt.org/repository/), then set it to true";
        if (acme.Contact.Length > 0 && !EmailAddress.TryParse(acme.Contact, out _))
            yield return $"Tls:Acme:Contact: \"{acme.Contact}\" is not an address, such as office@example.org";
        foreach (var name in acme.Names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            if (!DomainName.TryCanonicalize(name, out _))
                yield return $"Tls:Acme:Names: \"{name}\" is not a name on the network, such as imap.example.org";
        if (AuthoritiesProblem(acme.Authorities) is { } authorities)
            yield return authorities;
        if (acme.Challenge is AcmeChallenge.Dns)
        {
            if (!IPEndPoint.TryParse(acme.DnsServer, out _))
                yield return $"Tls:Acme:DnsServer: \"{acme.DnsServer}\" is not an address such as 192.0.2.53";
            if (KeyProblem(acme.DnsKey) is { } key)
                yield return key;
        }
    }

    private static string? AuthoritiesProblem(string file)
    {
        try
        {
            if (file.Length > 0)
                new X509Certificate2Collection().ImportFromPemFile(file);
            return null;
        }
        catch (Exception unusable) when (unusable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"Tls:Acme:Authorities: {file} is no file of certificates in PEM form: {unusable.Message}";
        }
    }

    private static string? KeyProblem(string file)
    {
        try
        {
            _ = UpdateKey.Parse(File.ReadAllText(file));
            return null;
        }
        catch (Exception unusable) when (unusable is FormatException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"Tls:Acme:DnsKey: \"{file}\" cannot be used: {unusable.Message}";
        }
    }
}
