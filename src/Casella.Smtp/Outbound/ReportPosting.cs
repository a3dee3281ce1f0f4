using System.Net;
using System.Net.Http.Headers;
using Casella.Net.Dns;

namespace Casella.Smtp.Outbound;

/// <summary>Brings TLS reports to who wants them by HTTPS (RFC 8460 §5.4).</summary>
public sealed class ReportPosting : IDisposable
{
    /// <summary>What it answers is looked at by nobody but its status.</summary>
    private const int AnswerAtMost = 64 * 1024;

    private readonly HttpClient _client;

    public ReportPosting(IDnsResolver dns)
        : this(new PublicHttps(dns))
    {
    }

    /// <summary>For tests, whose web server has another place.</summary>
    internal ReportPosting(PublicHttps https) =>
#pragma warning disable CA5359 // RFC 8460 §7: whoever has trouble with certificates must hear of it, and what is in a report others can see
        _client = https.Client(static (_, _, _, _) => true, AnswerAtMost);
#pragma warning restore CA5359

    /// <param name="report">Packed by gzip.</param>
    /// <returns>False when it was not taken.</returns>
    internal async Task<bool> PostAsync(Uri place, ReadOnlyMemory<byte> report, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new ReadOnlyMemoryContent(report) { Headers = { ContentType = new MediaTypeHeaderValue("application/tlsrpt+gzip") } };
            using var answer = await _client.PostAsync(place, content, cancellationToken);
            return answer.StatusCode is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices;
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException
            || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    public void Dispose() => _client.Dispose();
}
