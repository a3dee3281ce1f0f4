using System.Net.Security;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Casella.Net.Tls;

/// <summary>
/// Asks OpenSSL to give its record buffers back while a connection is idle (SSL_MODE_RELEASE_BUFFERS): 34 KB less for
/// each of ten thousand phones that wait in IDLE. .NET has no option for it, so the handle is taken from SslStream's
/// private field; when a later .NET hides it elsewhere this does nothing, and a test says so.
/// </summary>
internal static partial class OpenSslBuffers
{
    private const int ControlMode = 33;            // SSL_CTRL_MODE of openssl/ssl.h
    private const nint ReleaseBuffers = 0x10;      // SSL_MODE_RELEASE_BUFFERS

    private static readonly FieldInfo? ContextField =
        typeof(SslStream).GetField("_securityContext", BindingFlags.Instance | BindingFlags.NonPublic);

    /// <summary>True when the buffers will be released.</summary>
    public static bool ReleaseWhenIdle(SslStream? stream)
    {
        if (stream is null || ContextField?.GetValue(stream) is not SafeHandle context || context.IsInvalid || context.IsClosed)
            return false;
        var held = false;
        try
        {
            context.DangerousAddRef(ref held);
            return (Control(context.DangerousGetHandle(), ControlMode, ReleaseBuffers, 0) & ReleaseBuffers) != 0;
        }
        catch (Exception unavailable) when (unavailable is DllNotFoundException or EntryPointNotFoundException or ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            if (held)
                context.DangerousRelease();
        }
    }

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_ctrl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Control(nint ssl, int command, nint argument, nint pointer);
}
