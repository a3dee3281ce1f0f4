namespace Casella.Core.Queue;

/// <summary>How sure the way of a message must be (RFC 8689). Stored as a number: never renumber.</summary>
public enum TransportSecurity : byte
{
    /// <summary>As the recipient's domain wants it (MTA-STS, DANE), and encrypted wherever it can be.</summary>
    AsPublished = 0,
    /// <summary>REQUIRETLS: only to servers that prove who they are, and only if they promise the same.</summary>
    Required = 1,
    /// <summary>TLS-Required: No: better by an unsure way than not at all.</summary>
    Waived = 2,
}
