using Casella.Net.Dns;

namespace Casella.Smtp.Outbound;

/// <summary>What a connection to one server must come up to before a message is handed over.</summary>
/// <param name="Why">For the log and for the sender's report.</param>
/// <param name="Tlsa">With <see cref="TlsAssurance.Dane"/>: one of them must fit.</param>
internal sealed record TlsDemand(TlsAssurance Assurance, string Why, IReadOnlyList<TlsaRecord> Tlsa)
{
    public static TlsDemand None { get; } = new(TlsAssurance.Opportunistic, "", []);

    /// <summary>The message asks for REQUIRETLS, and the next server must promise it too.</summary>
    public bool MustPromise { get; init; }

    /// <summary>What a policy that is only tried out would have asked for is looked at, for the report, and not insisted on (RFC 8461 §5).</summary>
    public bool IsTried { get; init; }

    /// <summary>Why this server would not be used if the policy were in force; null when it would be.</summary>
    public string? TriedFault { get; init; }

    /// <summary>Without TLS, or without its proof, nothing is sent.</summary>
    public bool IsStrict => Assurance is not TlsAssurance.Opportunistic;
}

/// <summary>In the order of sureness.</summary>
internal enum TlsAssurance
{
    /// <summary>RFC 7435: encrypted where the other side can, whoever it is.</summary>
    Opportunistic,
    /// <summary>RFC 7672 §2.2: there are TLSA records, but none that we understand: encrypted, whoever it is.</summary>
    Encrypted,
    /// <summary>A certificate of an authority that we believe, for the server's name.</summary>
    Certified,
    /// <summary>RFC 7672: the certificate or key that DNS names.</summary>
    Dane,
}
