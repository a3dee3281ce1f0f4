using System.Globalization;
using System.Text;
using Casella.Core.Delivery;
using Casella.Core.Messages;
using Casella.Formats.AuthenticationResults;
using Casella.Formats.Signatures;

namespace Casella.Core.Signing;

/// <summary>
/// Seals what is forwarded (RFC 8617 §5.1): whoever gets it may believe us that it was what it seemed when it came here,
/// although its sender is rewritten. Called by <see cref="Forwarding"/>.
/// </summary>
public sealed class ArcSealer
{
    /// <summary>RFC 8617 §5.2: a longer chain would be refused.</summary>
    private const int MostSets = 50;

    private const int LettersOfLine = 70;

    private readonly DomainKeys _keys;
    private readonly TimeProvider _time;

    internal ArcSealer(DomainKeys keys, TimeProvider time) => (_keys, _time) = (keys, time);

    /// <summary>
    /// The message with our set on top; as it is without a key, without a verdict, and when its chain is broken already:
    /// nobody would believe a longer one.
    /// </summary>
    /// <param name="domain">Ours, in whose name it goes on.</param>
    public async Task<StagedMessage> SealAsync(StagedMessage content, string domain, AuthenticationVerdict? verdict, CancellationToken cancellationToken)
    {
        if (verdict is null or { Arc: not (CheckResult.None or CheckResult.Pass) } or { Lines.Count: 0 })
            return content;
        var key = (await _keys.SigningAsync(domain, cancellationToken)).FirstOrDefault(key => key.Algorithm is "rsa-sha256");
        var header = content.ReadHeader();
        var instance = ArcChain.Read(SignedHeader.Read(header)).Sets.Count + 1;
        if (key is null || instance > MostSets)
            return content;
        var results = string.Create(
            CultureInfo.InvariantCulture, $"ARC-Authentication-Results: i={instance}; {AuthenticationResultsField.Text(verdict.Server, verdict.Lines)}\r\n");
        var draft = new SignatureDraft(
            SignedHeader.Read(header), new SignaturePlan(key.Algorithm, domain, key.Selector, _time.GetUtcNow()) { Instance = instance },
            await OutgoingSigner.HashAsync(content, cancellationToken));
        byte[] signed = [.. draft.Complete(key.Sign(draft.SignedBytes)), .. Encoding.UTF8.GetBytes(results)];
        return content.WithPrefix((byte[])[.. Seal(key, instance, [.. signed, .. header]), .. signed]);
    }

    private byte[] Seal(SigningKey key, int instance, byte[] header)
    {
        var (validity, time) = (instance == 1 ? "none" : "pass", _time.GetUtcNow().ToUnixTimeSeconds());
        var seal = string.Create(
            CultureInfo.InvariantCulture, $"ARC-Seal: i={instance}; a={key.Algorithm}; cv={validity};\r\n\td={key.Domain}; s={key.Selector}; t={time};\r\n\tb=");
        // What is sealed is read from a header that has the seal in its place, whatever stands there for its b=.
        var whole = SignedHeader.Read((byte[])[.. Encoding.ASCII.GetBytes($"{seal}AAAA\r\n"), .. header]);
        var signature = key.Sign(ArcChain.Read(whole).SealedBytes(whole, instance));
        return Encoding.ASCII.GetBytes($"{seal}{string.Join("\r\n\t", Convert.ToBase64String(signature).Chunk(LettersOfLine).Select(line => new string(line)))}\r\n");
    }
}
