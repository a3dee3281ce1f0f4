using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Casella.Core.Office;

/// <summary>
/// Says that a call is ours, and when it was made: who receives it computes the same over "time.body" with the key, and
/// takes no call that is older than minutes, so that a recorded one is worth nothing.
/// </summary>
public static class HookSignature
{
    public static string Of(string secret, DateTimeOffset at, string body)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}"));
        return $"t={time},v1={Convert.ToHexStringLower(mac)}";
    }
}
