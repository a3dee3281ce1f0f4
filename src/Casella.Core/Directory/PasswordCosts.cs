namespace Casella.Core.Directory;

/// <summary>
/// What a password costs whoever guesses at it, and us each time that one is set or checked: of
/// <see cref="PasswordHasher"/> and <see cref="ScramSecrets"/>. No option: the one in the product is as much as clients
/// take. Tests that make mailboxes by the hundred register a cheap one after it.
/// </summary>
/// <param name="MemoryBytes">Of one Argon2id.</param>
/// <param name="ScramRounds">Of PBKDF2 for each key that is kept for SCRAM.</param>
internal sealed record PasswordCosts(int MemoryBytes, int ScramRounds)
{
    /// <summary>
    /// 19 MiB is what OWASP asks for with two passes. The rounds are done by the client at each sign-in and by whoever
    /// has stolen the directory at each guess; as many as clients take: Cyrus SASL (mbsync, mutt) refuses more than
    /// 65,536.
    /// </summary>
    public static PasswordCosts Full { get; } = new(19 * 1024 * 1024, 65_536);

    /// <summary>The least that each allows: 8 KiB (RFC 9106 §3.1) and 4,096 rounds (RFC 7677 §4).</summary>
    public static PasswordCosts Least { get; } = new(8 * 1024, 4_096);
}
