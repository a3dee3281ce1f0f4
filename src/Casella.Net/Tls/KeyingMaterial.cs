using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Authentication;

namespace Casella.Net.Tls;

/// <summary>
/// Keying material of a TLS connection for a purpose (RFC 5705, RFC 8446 §7.5): both ends compute the same, and nobody
/// between them can. .NET does not export it, OpenSSL does.
/// </summary>
internal static partial class KeyingMaterial
{
    private const int GetExtendedMasterSecret = 122;    // SSL_CTRL_GET_EXTMS_SUPPORT of openssl/ssl.h

    /// <summary>With an empty context. Null when OpenSSL cannot be asked, or the secret is not the connection's alone
    /// (TLS 1.2 without RFC 7627).</summary>
    public static byte[]? Export(SslStream stream, ReadOnlySpan<byte> label, int length)
    {
        var text = label.ToArray();
        var needsExtension = stream.SslProtocol is not SslProtocols.Tls13;
        return OpenSslHandle.Use(stream, ssl =>
        {
            if (needsExtension && Control(ssl, GetExtendedMasterSecret, 0, 0) != 1)
                return null;
            var material = new byte[length];
            return Export(ssl, material, (nuint)length, text, (nuint)text.Length, [], 0, useContext: 1) == 1 ? material : null;
        });
    }

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_ctrl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Control(nint ssl, int command, nint argument, nint pointer);

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_export_keying_material")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Export(
        nint ssl, [Out] byte[] material, nuint length, byte[] label, nuint labelLength, byte[] context, nuint contextLength, int useContext);
}
