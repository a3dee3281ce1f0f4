using System.Security.Cryptography;
using System.Text;

namespace Casella.Bench.Corpus;

/// <summary>
/// Signs what the bench sends as its domain would (RFC 6376): rsa-sha256, simple/simple, so that a server that checks
/// has something to check.
/// </summary>
internal sealed class DkimKey : IDisposable
{
    public const string Domain = "example.org";
    public const string Selector = "bench";

    private static readonly string[] Signed = ["From", "To", "Subject", "Date", "Message-ID"];

    private readonly RSA _key = RSA.Create();

    /// <param name="file">PEM.</param>
    public DkimKey(string file) => _key.ImportFromPem(File.ReadAllText(file));

    /// <summary>The message with a DKIM-Signature in front.</summary>
    public byte[] Sign(byte[] message)
    {
        var headerSize = message.AsSpan().IndexOf("\r\n\r\n"u8) + 2;
        var header = Encoding.UTF8.GetString(message, 0, headerSize);
        var bodyHash = Convert.ToBase64String(SHA256.HashData(message.AsSpan(headerSize + 2)));
        var field = $"DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d={Domain}; s={Selector};\r\n"
            + $" h={string.Join(':', Signed)};\r\n bh={bodyHash};\r\n b=";
        var fields = header.Replace("\r\n ", "\0", StringComparison.Ordinal).Split("\r\n");
        var hashed = string.Concat(Signed.Select(name => Field(fields, name))) + field;
        var signature = _key.SignData(Encoding.UTF8.GetBytes(hashed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return [.. Encoding.UTF8.GetBytes(field + Convert.ToBase64String(signature) + "\r\n"), .. message];
    }

    public void Dispose() => _key.Dispose();

    private static string Field(string[] fields, string name) =>
        fields.Single(field => field.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Replace("\0", "\r\n ", StringComparison.Ordinal) + "\r\n";
}
