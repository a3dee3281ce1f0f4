using System.Net;
using System.Security.Authentication;
using System.Text;
using Casella.Formats.Reports.Aggregates;
using Casella.Formats.SenderRecords;
using Casella.Net.Dns;

namespace Casella.Smtp.Outbound;

/// <summary>
/// Fetches a domain's policy over HTTPS (RFC 8461 §3.3): one address that the RFC fixes, no redirects, a bounded answer,
/// and never from a machine of our own network, whatever DNS says.
/// </summary>
public sealed class StsPolicyFetch : IDisposable
{
    private readonly HttpClient _client;

    public StsPolicyFetch(IDnsResolver dns, RemoteCertificates certificates)
        : this(new PublicHttps(dns), certificates)
    {
    }

    /// <summary>For tests, whose web server has another place.</summary>
    internal StsPolicyFetch(PublicHttps https, RemoteCertificates certificates) =>
        _client = https.Client((_, certificate, chain, errors) => certificates.IsCertified(certificate, chain, errors), StsPolicy.MaxLength);

    /// <summary>The text of the policy, or why there is none that can be had, in a word of RFC 8460 §4.3.2.2.</summary>
    internal async Task<(string? Text, string? Fault)> FetchAsync(string domain, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _client.GetAsync(new Uri($"https://mta-sts.{domain}/.well-known/mta-sts.txt"), cancellationToken);
            if (answer.StatusCode is not HttpStatusCode.OK || answer.Content.Headers.ContentType?.MediaType is not "text/plain")
                return (null, TlsResultTypes.PolicyNotFetched);
            return (Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(cancellationToken)), null);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or UriFormatException
            || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (null, failed.InnerException is AuthenticationException ? TlsResultTypes.PolicyUntrusted : TlsResultTypes.PolicyNotFetched);
        }
    }

    public void Dispose() => _client.Dispose();
}
