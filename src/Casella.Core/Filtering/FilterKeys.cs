using System.Security.Cryptography;
using System.Text;
using Casella.Formats.Addresses;
using Casella.Formats.Sieve;

namespace Casella.Core.Filtering;

/// <summary>What runs of a script remember, as keys of one length that tell nothing of the mail.</summary>
internal static class FilterKeys
{
    /// <summary>RFC 7352 §3: compared with case.</summary>
    public static byte[] Of(SieveDuplicate duplicate) => Hash("duplicate", duplicate.Handle, duplicate.UniqueId);

    /// <summary>RFC 5230 §4.2: an answer to a sender.</summary>
    public static byte[] OfAnswer(string handle, EmailAddress sender) => Hash("vacation", handle, sender.ToString());

    /// <summary>A delivery that has left no message behind: sent on, or thrown away.</summary>
    public static byte[] OfDelivery(ReadOnlySpan<byte> deliveryKey) => Hash("delivery", Convert.ToHexString(deliveryKey), "");

    private static byte[] Hash(params ReadOnlySpan<string> parts) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts!)));
}
