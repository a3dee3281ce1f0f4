namespace Casella.Core.Queue;

/// <summary>How a message travelled to the server that took it. The numbers stand in the store.</summary>
public enum WireSecurity
{
    /// <summary>It did not travel: it was stored here, or never taken.</summary>
    None = 0,
    /// <summary>Anybody on the way could read it.</summary>
    ClearText = 1,
    /// <summary>Encrypted, whoever was at the other end (RFC 7435).</summary>
    Encrypted = 2,
    /// <summary>Encrypted, and the other end had a certificate that we believe, for its name (MTA-STS, REQUIRETLS).</summary>
    Certified = 3,
    /// <summary>Encrypted, and the other end had the key that DNS names (DANE, RFC 7672).</summary>
    Dane = 4,
}
