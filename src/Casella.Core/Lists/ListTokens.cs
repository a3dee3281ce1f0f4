using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Casella.Core.Storage;

namespace Casella.Core.Lists;

/// <summary>
/// Names a member of a list to the world, in addresses and links, so that only we can make such a name: whoever has it may
/// take that member off the list, and nothing else.
/// </summary>
internal sealed class ListTokens(IDirectoryStore directory) : IDisposable
{
    private const string KeySetting = "lists.key";

    /// <summary>Letters of the hash: 64 bits.</summary>
    private const int HashLetters = 16;

    private readonly SemaphoreSlim _gate = new(1);
    private byte[]? _key;

    /// <summary>"12-3-89abcdef01234567": list, member, hash.</summary>
    /// <param name="purpose">What it is good for.</param>
    public async ValueTask<string> MakeAsync(string purpose, long list, long member, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{list}-{member}");
        return $"{name}-{Hash(purpose, name, await KeyAsync(cancellationToken))}";
    }

    /// <summary>Null for what is not ours.</summary>
    public async ValueTask<(long List, long Member)?> ReadAsync(string purpose, string token, CancellationToken cancellationToken)
    {
        var parts = token.Split('-');
        if (parts.Length != 3 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var list)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var member))
            return null;
        var hash = Hash(purpose, $"{parts[0]}-{parts[1]}", await KeyAsync(cancellationToken));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(hash), Encoding.UTF8.GetBytes(parts[2])) ? (list, member) : null;
    }

    public void Dispose() => _gate.Dispose();

    private static string Hash(string purpose, string name, byte[] key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{purpose}|{name}")))[..HashLetters];

    private async ValueTask<byte[]> KeyAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _key) is { } known)
            return known;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var kept = await directory.GetSettingAsync(KeySetting, cancellationToken);
            if (kept is null)
                await directory.SetSettingAsync(KeySetting, kept = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), cancellationToken);
            var key = Convert.FromHexString(kept);
            Volatile.Write(ref _key, key);
            return key;
        }
        finally
        {
            _gate.Release();
        }
    }
}
