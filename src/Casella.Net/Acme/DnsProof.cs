using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Casella.Net.Dns;

namespace Casella.Net.Acme;

/// <summary>
/// dns-01 (RFC 8555 §8.4): a record in the name's zone, put there by dynamic update. For who has neither port open to the
/// world.
/// </summary>
/// <param name="wait">Until the zone's other servers have it too.</param>
public sealed class DnsProof(DnsUpdate update, TimeSpan wait, TimeProvider time) : IChallengeProof
{
    public string Type => "dns-01";

    public async Task<IAsyncDisposable> ShowAsync(string name, string token, string keyAuthorization, CancellationToken cancellationToken)
    {
        var record = $"_acme-challenge.{name}";
        var text = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(keyAuthorization)));
        await update.AddTxtAsync(record, text, cancellationToken);
        var shown = new ShownProof(async () => await update.RemoveTxtAsync(record, text, CancellationToken.None));
        try
        {
            await Task.Delay(wait, time, cancellationToken);
            return shown;
        }
        catch (OperationCanceledException)
        {
            await shown.DisposeAsync();
            throw;
        }
    }
}
