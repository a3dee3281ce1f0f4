namespace Casella.Server.Options;

/// <summary>
/// Mail that members bring over from another provider by themselves, in the webmail's settings. The technician's
/// <c>casella migrate</c> asks none of this.
/// </summary>
public sealed record MigrationOptions
{
    /// <summary>
    /// Servers that members may bring mail from although they are inside the own network or at another port than 993 and
    /// 143, as they will be typed: <c>host</c> or <c>host:port</c>, separated by commas. Empty for none.
    /// </summary>
    public string PrivateServers { get; init; } = "";

    /// <summary>PEM file with authorities to trust besides the system's, for servers with a certificate of the house. Empty for none.</summary>
    public string Authorities { get; init; } = "";

    internal IReadOnlyList<string> Named() =>
        PrivateServers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
