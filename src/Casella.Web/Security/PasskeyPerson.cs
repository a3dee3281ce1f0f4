using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Casella.Core;
using Casella.Core.Directory;
using Microsoft.AspNetCore.Identity;

namespace Casella.Web.Security;

/// <summary>A person as the framework's passkey handler knows users.</summary>
internal sealed class PasskeyPerson(PersonId id)
{
    public PersonId Id => id;
    public string Key => id.Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>
/// Gives the framework's passkey handler (WebAuthn) our passkeys. Of a store of users it has what that handler asks for:
/// people are made and named by the office, never by it.
/// </summary>
internal sealed class PasskeyStore(SecondFactors factors, TimeProvider time) : IUserPasskeyStore<PasskeyPerson>
{
    public static string CredentialOf(byte[] id) => Base64Url.EncodeToString(id);

    public async Task AddOrUpdatePasskeyAsync(PasskeyPerson user, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        var credential = CredentialOf(passkey.CredentialId);
        var known = await factors.FindPasskeyAsync(credential, cancellationToken);
        var record = JsonSerializer.Serialize(StoredPasskey.Of(passkey));
        await factors.PutPasskeyAsync(
            new Passkey(credential, user.Id, known?.Name ?? passkey.Name ?? "", record, known?.CreatedAt ?? time.GetUtcNow(), known is null ? null : time.GetUtcNow()), cancellationToken);
    }

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(PasskeyPerson user, CancellationToken cancellationToken) =>
        [.. (await factors.PasskeysAsync(user.Id, cancellationToken)).Select(Read)];

    public async Task<PasskeyPerson?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        await factors.FindPasskeyAsync(CredentialOf(credentialId), cancellationToken) is { } passkey ? new PasskeyPerson(passkey.Person) : null;

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(PasskeyPerson user, byte[] credentialId, CancellationToken cancellationToken) =>
        await factors.FindPasskeyAsync(CredentialOf(credentialId), cancellationToken) is { } passkey && passkey.Person == user.Id ? Read(passkey) : null;

    public Task RemovePasskeyAsync(PasskeyPerson user, byte[] credentialId, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Persons remove their passkeys on the security page.");

    public Task<string> GetUserIdAsync(PasskeyPerson user, CancellationToken cancellationToken) => Task.FromResult(user.Key);

    public Task<string?> GetUserNameAsync(PasskeyPerson user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Key);

    public Task<PasskeyPerson?> FindByIdAsync(string userId, CancellationToken cancellationToken) => Task.FromResult(
        long.TryParse(userId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? new PasskeyPerson(new PersonId(id)) : null);

    public Task<PasskeyPerson?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => FindByIdAsync(normalizedUserName, cancellationToken);

    public Task<string?> GetNormalizedUserNameAsync(PasskeyPerson user, CancellationToken cancellationToken) => GetUserNameAsync(user, cancellationToken);

    public Task SetUserNameAsync(PasskeyPerson user, string? userName, CancellationToken cancellationToken) => throw NotHere();

    public Task SetNormalizedUserNameAsync(PasskeyPerson user, string? normalizedName, CancellationToken cancellationToken) => throw NotHere();

    public Task<IdentityResult> CreateAsync(PasskeyPerson user, CancellationToken cancellationToken) => throw NotHere();

    public Task<IdentityResult> UpdateAsync(PasskeyPerson user, CancellationToken cancellationToken) => throw NotHere();

    public Task<IdentityResult> DeleteAsync(PasskeyPerson user, CancellationToken cancellationToken) => throw NotHere();

    public void Dispose()
    {
        // Nothing is held.
    }

    private static NotSupportedException NotHere() => new("The office makes and changes persons.");

    private static UserPasskeyInfo Read(Passkey passkey) => JsonSerializer.Deserialize<StoredPasskey>(passkey.Record)!.ToInfo(passkey);

    /// <summary>What is kept of a passkey: nothing in it is secret.</summary>
    private sealed record StoredPasskey(
        byte[] Id, byte[] PublicKey, uint Count, string[]? Transports, bool IsVerified, bool MayBeCopied, bool IsCopied, byte[] Attestation, byte[] ClientData)
    {
        public static StoredPasskey Of(UserPasskeyInfo info) => new(
            info.CredentialId, info.PublicKey, info.SignCount, info.Transports, info.IsUserVerified, info.IsBackupEligible, info.IsBackedUp,
            info.AttestationObject, info.ClientDataJson);

        public UserPasskeyInfo ToInfo(Passkey passkey) => new(
            Id, PublicKey, passkey.CreatedAt, Count, Transports, IsVerified, MayBeCopied, IsCopied, Attestation, ClientData)
        { Name = passkey.Name };
    }
}
