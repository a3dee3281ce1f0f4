using System.Globalization;
using System.Text;

namespace Casella.Formats.Signatures;

/// <summary>
/// A DKIM-Signature that is being made (RFC 6376 §5): the field without its b=, what is to be signed, and the field when
/// it is.
/// </summary>
public sealed class SignatureDraft
{
    /// <summary>
    /// What a reader sees or acts on (RFC 6376 §5.4.1). Signed once more than it is there: nobody can add another.
    /// </summary>
    private static readonly string[] OverSigned = ["From", "To", "Cc", "Subject", "Date", "Reply-To", "Content-Type"];

    /// <summary>Signed as often as it is there.</summary>
    private static readonly string[] Signed =
        ["Sender", "Message-ID", "In-Reply-To", "References", "MIME-Version", "Content-Transfer-Encoding", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
            "TLS-Report-Domain", "TLS-Report-Submitter"];

    private const int LettersOfLine = 70;

    private readonly SignedHeader _header;
    private readonly IReadOnlyList<string> _names;
    private readonly string _field;

    /// <param name="bodyHash">Of the relaxed body.</param>
    public SignatureDraft(SignedHeader header, SignaturePlan plan, ReadOnlySpan<byte> bodyHash)
    {
        _header = header;
        _names =
        [
            .. OverSigned.SelectMany(name => Enumerable.Repeat(name, header.Count(name) + 1)),
            .. Signed.SelectMany(name => Enumerable.Repeat(name, header.Count(name))),
        ];
        var first = plan.Instance == 0 ? "DKIM-Signature: v=1" : string.Create(CultureInfo.InvariantCulture, $"ARC-Message-Signature: i={plan.Instance}");
        var time = plan.At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        _field = $"{first}; a={plan.Algorithm}; c=relaxed/relaxed; d={plan.Domain};\r\n\ts={plan.Selector}; t={time};\r\n"
            + $"\t{Names()};\r\n\tbh={Convert.ToBase64String(bodyHash)};\r\n\tb=";
    }

    /// <summary>What the signature is made over.</summary>
    public byte[] SignedBytes => _header.SignedBytes(_names, Encoding.ASCII.GetBytes(_field), isRelaxed: true);

    /// <summary>The field with its line ends.</summary>
    public byte[] Complete(ReadOnlySpan<byte> signature) =>
        Encoding.ASCII.GetBytes($"{_field}{string.Join("\r\n\t", Convert.ToBase64String(signature).Chunk(LettersOfLine).Select(line => new string(line)))}\r\n");

    private string Names()
    {
        var text = new StringBuilder("h=");
        var length = text.Length;
        foreach (var name in _names)
        {
            if (text.Length > 2)
                text.Append(':');
            if (length + name.Length > LettersOfLine)
            {
                text.Append("\r\n\t");
                length = 0;
            }

            text.Append(name);
            length += name.Length + 1;
        }

        return text.ToString();
    }
}

/// <summary>Who signs, and how.</summary>
/// <param name="Algorithm">"rsa-sha256" or "ed25519-sha256".</param>
public sealed record SignaturePlan(string Algorithm, string Domain, string Selector, DateTimeOffset At)
{
    /// <summary>Of an ARC-Message-Signature (RFC 8617 §4.1.2); 0 for DKIM.</summary>
    public int Instance { get; init; }
}
