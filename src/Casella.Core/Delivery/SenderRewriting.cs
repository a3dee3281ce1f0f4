using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Casella.Core.Storage;
using Casella.Formats.Addresses;

namespace Casella.Core.Delivery;

/// <summary>
/// SRS, the Sender Rewriting Scheme: mail that is forwarded leaves in the name of a domain of ours, or SPF would call it
/// forged, and a report about it finds its way back to who has written it. The address says who that is, and a keyed
/// hash says that it was us who wrote it: nobody can use it to send anything anywhere.
/// </summary>
public sealed class SenderRewriting : IDisposable
{
    private const string KeySetting = "srs.key";
    private const string First = "SRS0=";
    private const string Further = "SRS1=";

    /// <summary>Letters of the hash: 40 bits, for addresses that live three weeks.</summary>
    private const int HashLetters = 8;

    /// <summary>Days for which a report may come back: some servers try five days, and some people's clocks are wrong.</summary>
    private const int ValidDays = 21;
    private const int Days = 1024;

    private const string Letters = "abcdefghijklmnopqrstuvwxyz234567";

    private readonly IDirectoryStore _directory;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _gate = new(1);
    private byte[]? _key;

    internal SenderRewriting(IDirectoryStore directory, TimeProvider time) => (_directory, _time) = (directory, time);

    /// <summary>The sender that forwarded mail leaves with.</summary>
    /// <param name="sender">Of another domain.</param>
    /// <param name="domain">Ours, in whose name it is forwarded.</param>
    public async ValueTask<EmailAddress> RewriteAsync(EmailAddress sender, string domain, CancellationToken cancellationToken)
    {
        var key = await KeyAsync(cancellationToken);
        var local = sender.OriginalLocalPart;
        string rewritten;
        if (local.StartsWith(First, StringComparison.OrdinalIgnoreCase))
            rewritten = Sealed(Further, $"{sender.Domain}={local[(First.Length - 1)..]}", key);
        else if (local.StartsWith(Further, StringComparison.OrdinalIgnoreCase) && local.IndexOf('=', Further.Length) is > 0 and var end)
            // The server before last need not know the one between: the report goes from us to the first.
            rewritten = Sealed(Further, local[(end + 1)..], key);
        else
            rewritten = Sealed(First, $"{Day(Today())}={sender.Domain}={local}", key);
        // An address that has no room for it goes as it is: SPF may fail, and the mail perhaps not.
        return EmailAddress.TryParse($"{LocalPart.Quote(rewritten)}@{domain}", out var address) ? address : sender;
    }

    /// <summary>Whom a report to an address of ours is for; null for what we have not written, or too long ago.</summary>
    public async ValueTask<EmailAddress?> ReverseAsync(EmailAddress address, CancellationToken cancellationToken)
    {
        if (!IsRewritten(address))
            return null;
        var key = await KeyAsync(cancellationToken);
        var local = address.OriginalLocalPart;
        var (hash, rest) = (local.Substring(First.Length, HashLetters), local[(First.Length + HashLetters + 1)..]);
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash.ToLowerInvariant()), Encoding.ASCII.GetBytes(Hash(rest, key))))
            return null;
        if (local.StartsWith(Further, StringComparison.OrdinalIgnoreCase))
            return rest.Split('=', 2) is [var host, var inner] && EmailAddress.TryParse($"{LocalPart.Quote(First[..^1] + inner)}@{host}", out var first) ? first : null;
        return rest.Split('=', 3) is [var day, var domain, var user] && IsRecent(day) && EmailAddress.TryParse($"{LocalPart.Quote(user)}@{domain}", out var original)
            ? original
            : null;
    }

    public void Dispose() => _gate.Dispose();

    /// <summary>Looks like one of ours.</summary>
    public static bool IsRewritten(EmailAddress address)
    {
        var local = address.OriginalLocalPart;
        return local.Length > First.Length + HashLetters + 1 && local[First.Length + HashLetters] == '='
            && (local.StartsWith(First, StringComparison.OrdinalIgnoreCase) || local.StartsWith(Further, StringComparison.OrdinalIgnoreCase));
    }

    private static string Sealed(string scheme, string rest, byte[] key) => $"{scheme}{Hash(rest, key)}={rest}";

    /// <summary>Of lower case: some servers on the way change it.</summary>
    private static string Hash(string rest, byte[] key)
    {
        var bytes = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(rest.ToLowerInvariant()));
        return string.Create(HashLetters, bytes, static (letters, hash) =>
        {
            for (var i = 0; i < letters.Length; i++)
                letters[i] = Letters[hash[i] & 31];
        });
    }

    private int Today() => (int)(_time.GetUtcNow().ToUnixTimeSeconds() / 86_400 % Days);

    private static string Day(int day) => string.Create(CultureInfo.InvariantCulture, $"{Letters[day >> 5]}{Letters[day & 31]}");

    private bool IsRecent(string day)
    {
        if (day.Length != 2 || Letters.IndexOf(char.ToLowerInvariant(day[0])) is not (>= 0 and var high) || Letters.IndexOf(char.ToLowerInvariant(day[1])) is not (>= 0 and var low))
            return false;
        return (Today() - (high << 5 | low) + Days) % Days <= ValidDays;
    }

    private async ValueTask<byte[]> KeyAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _key) is { } known)
            return known;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var kept = await _directory.GetSettingAsync(KeySetting, cancellationToken);
            if (kept is null)
                await _directory.SetSettingAsync(KeySetting, kept = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), cancellationToken);
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
