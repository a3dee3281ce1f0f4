using System.Net.Security;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Casella.Net.Tls;

/// <summary>
/// OpenSSL's connection below an SslStream, for the two things that .NET has no door to: <see cref="OpenSslBuffers"/>
/// and <see cref="KeyingMaterial"/>. The handle is taken from SslStream's private field; when a later .NET hides it
/// elsewhere both do nothing, and a test says so.
/// </summary>
internal static class OpenSslHandle
{
    private static readonly FieldInfo? ContextField =
        typeof(SslStream).GetField("_securityContext", BindingFlags.Instance | BindingFlags.NonPublic);

    /// <summary>Does something with the handle, which lives that long; the default where there is none.</summary>
    public static T? Use<T>(SslStream? stream, Func<nint, T> use)
    {
        if (stream is null || ContextField?.GetValue(stream) is not SafeHandle context || context.IsInvalid || context.IsClosed)
            return default;
        var held = false;
        try
        {
            context.DangerousAddRef(ref held);
            return use(context.DangerousGetHandle());
        }
        catch (Exception unavailable) when (unavailable is DllNotFoundException or EntryPointNotFoundException or ObjectDisposedException)
        {
            return default;
        }
        finally
        {
            if (held)
                context.DangerousRelease();
        }
    }
}
