namespace Casella.Core.Storage;

/// <summary>
/// What persons show beside or instead of their password: codes of a telephone, passkeys. Every method is one transaction;
/// writes return after fsync.
/// </summary>
internal interface ISecondFactorStore
{
    Task<CodesRow?> FindCodesAsync(PersonId person, CancellationToken cancellationToken);

    Task PutCodesAsync(PersonId person, CodesRow codes, CancellationToken cancellationToken);

    /// <summary>Writes down that a code was used, unless something has changed since they were read.</summary>
    /// <returns>False when it has: the code may be the one that somebody else has used meanwhile.</returns>
    Task<bool> UseCodeAsync(PersonId person, CodesRow before, CodesRow after, CancellationToken cancellationToken);

    Task DeleteCodesAsync(PersonId person, CancellationToken cancellationToken);

    /// <summary>Of a person, in the order they were made.</summary>
    Task<IReadOnlyList<PasskeyRow>> PasskeysAsync(PersonId person, CancellationToken cancellationToken);

    /// <summary>Null also when the person has left.</summary>
    Task<PasskeyRow?> FindPasskeyAsync(string credential, CancellationToken cancellationToken);

    /// <summary>Adds it, or replaces it after a use.</summary>
    Task PutPasskeyAsync(PasskeyRow passkey, CancellationToken cancellationToken);

    Task DeletePasskeyAsync(PersonId person, string credential, CancellationToken cancellationToken);
}

/// <param name="LastStep">Of the last code that was used: none is good twice.</param>
/// <param name="Recovery">SHA-256 of the codes that are left for the day the telephone is lost, in hexadecimal.</param>
internal sealed record CodesRow(byte[] Secret, long LastStep, IReadOnlyList<string> Recovery, DateTimeOffset Since);

/// <param name="Credential">In base64url.</param>
/// <param name="Record">Public key, counter and the rest, as the web room writes it.</param>
internal sealed record PasskeyRow(string Credential, PersonId Person, string Name, string Record, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);
