using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Casella.Formats.Setup;

/// <summary>
/// What programs of the PACC draft (draft-ietf-mailmaint-pacc-03) read to set themselves up, and the text in DNS that
/// vouches for its bytes. The draft knows no ports but the usual ones, with TLS from the first byte: a service elsewhere is
/// not named, and with none there is no document.
/// </summary>
public static class PaccDocument
{
    public const string Path = "/.well-known/user-agent-configuration.json";

    /// <summary>Below each domain, where the document is.</summary>
    public const string Host = "ua-auto-config";

    /// <summary>Below each domain, where the digest is.</summary>
    public const string DigestHost = "_ua-auto-config";

    /// <summary>Of a provider's name.</summary>
    private const int MaxName = 60;

    private const int UsualHttps = 443;

    /// <param name="help">The path of the page for people.</param>
    /// <param name="httpsPort">Null where there is no HTTPS, and then no document.</param>
    /// <returns>The same octets for the same settings; null where nothing is at its usual port.</returns>
    public static byte[]? Write(string domain, ClientSettings settings, string help, int? httpsPort)
    {
        (string Name, ClientProtocol Protocol, int Port)[] usual =
            [("imap", ClientProtocol.Imap, 993), ("pop3", ClientProtocol.Pop3, 995), ("submit", ClientProtocol.Submission, 465)];
        var protocols = usual
            .Where(one => settings.Services.Any(service => service.Protocol == one.Protocol && service.Tls is ClientTls.Implicit && service.Port == one.Port))
            .Select(one => one.Name).ToList();
        if (protocols.Count == 0 || httpsPort is not { } https)
            return null;
        var port = https == UsualHttps ? "" : string.Create(CultureInfo.InvariantCulture, $":{https}");
        using var octets = new MemoryStream();
        using (var json = new Utf8JsonWriter(octets, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("protocols");
            foreach (var name in protocols)
            {
                json.WriteStartObject(name);
                json.WriteString("host", settings.HostName);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteStartObject("authentication");
            json.WriteBoolean("password", true);
            json.WriteEndObject();
            json.WriteStartObject("info");
            json.WriteStartObject("provider");
            json.WriteString("name", domain.Length <= MaxName ? domain : domain[..MaxName]);
            json.WriteEndObject();
            json.WriteStartObject("help");
            json.WriteString("documentation", $"https://{settings.HostName}{port}{help}");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return octets.ToArray();
    }

    /// <summary>The text in DNS; programs believe no document without it.</summary>
    public static string Digest(byte[] document) => $"v=UAAC1; a=sha256; d={Convert.ToBase64String(SHA256.HashData(document))}";
}
