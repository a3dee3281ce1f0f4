using System.Security.Cryptography;
using System.Text;
using Casella.Core.Storage;
using Casella.Formats.Codes;

namespace Casella.Core.Directory;

/// <summary>
/// What a person shows beside the password when they sign in to the web: codes of a telephone; and passkeys, which need no
/// password at all. Devices keep their own passwords and ask for none of it. Who has lost everything gets a new password
/// from the office, which also takes these away.
/// </summary>
public sealed class SecondFactors
{
    private const int RecoveryCodes = 8;
    private const int PasskeysAtMost = 20;

    private readonly ISecondFactorStore _store;
    private readonly TimeProvider _time;

    internal SecondFactors(ISecondFactorStore store, TimeProvider time) => (_store, _time) = (store, time);

    // ---- codes

    /// <summary>Null while a password is enough.</summary>
    public async Task<CodesStatus?> StatusAsync(DevicePerson person, CancellationToken cancellationToken) =>
        await _store.FindCodesAsync(person.Id, cancellationToken) is { } codes ? new CodesStatus(codes.Since, codes.Recovery.Count) : null;

    /// <summary>For a telephone to learn.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(OneTimeCode.SecretOctets);

    /// <summary>Asks for codes from now on, once one has shown that the telephone knows the secret.</summary>
    /// <returns>Codes to be kept on paper, shown only now; null when the code is wrong.</returns>
    public async Task<IReadOnlyList<string>?> TurnOnAsync(DevicePerson person, byte[] secret, string code, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (OneTimeCode.Match(secret, code, now, -1) is not { } step)
            return null;
        var recovery = Enumerable.Range(0, RecoveryCodes).Select(_ => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 10)).ToList();
        await _store.PutCodesAsync(person.Id, new CodesRow(secret, step, [.. recovery.Select(Hash)], now), cancellationToken);
        return [.. recovery.Select(one => $"{one[..5]}-{one[5..]}")];
    }

    public Task TurnOffAsync(DevicePerson person, CancellationToken cancellationToken) => _store.DeleteCodesAsync(person.Id, cancellationToken);

    internal async Task<bool> NeedsCodeAsync(PersonId person, CancellationToken cancellationToken) => await _store.FindCodesAsync(person, cancellationToken) is not null;

    /// <summary>Whether it is a code of this moment, or one that was kept on paper; each is good once.</summary>
    internal async Task<bool> TakeCodeAsync(PersonId person, string code, CancellationToken cancellationToken)
    {
        if (await _store.FindCodesAsync(person, cancellationToken) is not { } codes)
            return false;
        var hash = Hash(code);
        var changed = OneTimeCode.Match(codes.Secret, code, _time.GetUtcNow(), codes.LastStep) is { } step ? codes with { LastStep = step }
            : codes.Recovery.Contains(hash, StringComparer.Ordinal) ? codes with { Recovery = [.. codes.Recovery.Where(one => !string.Equals(one, hash, StringComparison.Ordinal))] }
            : null;
        // Two who come with one code at the same moment have both read it as good: who writes it down first has it.
        return changed is not null && await _store.UseCodeAsync(person, codes, changed, cancellationToken);
    }

    // ---- passkeys

    public async Task<IReadOnlyList<Passkey>> PasskeysAsync(PersonId person, CancellationToken cancellationToken) =>
        [.. (await _store.PasskeysAsync(person, cancellationToken)).Select(Passkey.Of)];

    public async Task<Passkey?> FindPasskeyAsync(string credential, CancellationToken cancellationToken) =>
        await _store.FindPasskeyAsync(credential, cancellationToken) is { } row ? Passkey.Of(row) : null;

    /// <summary>Keeps a new one, or what has changed by a use.</summary>
    /// <exception cref="MailException">OverQuota: nobody has so many.</exception>
    public async Task PutPasskeyAsync(Passkey passkey, CancellationToken cancellationToken)
    {
        var known = await _store.PasskeysAsync(passkey.Person, cancellationToken);
        if (known.Count >= PasskeysAtMost && known.All(one => !string.Equals(one.Credential, passkey.Credential, StringComparison.Ordinal)))
            throw new MailException(MailError.OverQuota, "passkeys");
        await _store.PutPasskeyAsync(
            new PasskeyRow(passkey.Credential, passkey.Person, passkey.Name, passkey.Record, passkey.CreatedAt, passkey.LastUsedAt), cancellationToken);
    }

    public Task RemovePasskeyAsync(DevicePerson person, string credential, CancellationToken cancellationToken) =>
        _store.DeletePasskeyAsync(person.Id, credential, cancellationToken);

    private static string Hash(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant())));
}

/// <param name="RecoveryLeft">Codes on paper that were not used yet.</param>
public sealed record CodesStatus(DateTimeOffset Since, int RecoveryLeft);

/// <param name="Credential">In base64url.</param>
/// <param name="Record">As the web room reads it.</param>
public sealed record Passkey(string Credential, PersonId Person, string Name, string Record, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt)
{
    internal static Passkey Of(PasskeyRow row) => new(row.Credential, row.Person, row.Name, row.Record, row.CreatedAt, row.LastUsedAt);
}
