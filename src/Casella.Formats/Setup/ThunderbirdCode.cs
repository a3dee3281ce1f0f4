using System.Text.Json;
using System.Text.Json.Nodes;
using Casella.Formats.Addresses;

namespace Casella.Formats.Setup;

/// <summary>
/// What Thunderbird for Android reads from the QR code that its desktop program shows ("Export for Mobile", format
/// version 1 of 2025-02-06: nested arrays of JSON, in the order that the format says).
/// </summary>
public static class ThunderbirdCode
{
    private const int FormatVersion = 1;
    private const int PasswordUnderTls = 1;
    private const int StartTls = 2;
    private const int Tls = 3;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Null where the format cannot say it: without IMAP or submission, or for an address that is not ASCII.</summary>
    /// <param name="name">The sender's name in new mail.</param>
    public static string? Write(ClientSettings settings, EmailAddress address, string name, string password)
    {
        if (settings.Find(ClientProtocol.Imap) is not { } imap || settings.Find(ClientProtocol.Submission) is not { } submission || !address.IsAscii)
            return null;
        var account = address.ToString();
        var incoming = Server(settings.HostName, imap, account);
        incoming.Add(account);
        incoming.Add(password);
        var outgoing = Server(settings.HostName, submission, account);
        outgoing.Add(password);
        return new JsonArray(
            FormatVersion, new JsonArray(1, 1), incoming, new JsonArray(new JsonArray(outgoing, new JsonArray(account, name)))).ToJsonString(Readable);
    }

    /// <summary>Protocol (0 is IMAP, and SMTP), host, port, security, authentication, user name.</summary>
    private static JsonArray Server(string host, ClientService service, string userName) =>
        new(0, host, service.Port, service.Tls is ClientTls.Implicit ? Tls : StartTls, PasswordUnderTls, userName);
}
