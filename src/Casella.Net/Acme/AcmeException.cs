namespace Casella.Net.Acme;

/// <summary>The authority refused, or its answer made no sense; the message is for who runs the server.</summary>
/// <param name="type">The problem's last word (RFC 8555 §6.7), such as "rateLimited"; empty where it gave none.</param>
/// <param name="retryAfter">When it wants to be asked again; null where it does not say.</param>
public sealed class AcmeException(string message, string type = "", TimeSpan? retryAfter = null) : Exception(message)
{
    public string Type { get; } = type;
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
