using System.Text;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Matching;

/// <summary>The addresses of fields as tests compare them (RFC 5228 §2.7.4): group names and comments do not count.</summary>
internal static class FieldAddresses
{
    public static IEnumerable<string> Parts(IEnumerable<RunningField> fields, AddressPart part)
    {
        foreach (var field in fields)
        {
            foreach (var address in AddressList.Parse(field.Value.Span))
            {
                if (address.Host is not { } host)
                    continue;
                var (local, domain) = (Read(address.Mailbox), Read(host));
                // A word that is no address is looked at as a whole, and has no parts.
                if (domain.Length == 0 && part.IsAll && local.Length > 0)
                    yield return local;
                else if (domain.Length > 0 && part.Of(local, domain) is { } text)
                    yield return text;
            }
        }
    }

    /// <summary>The one address that a text is, or null. A name beside it is allowed where people write one.</summary>
    public static EmailAddress? ParseOne(string text)
    {
        if (EmailAddress.TryParse(text.Trim(), out var plain))
            return plain;
        var bytes = Encoding.UTF8.GetBytes(text);
        // A line end would be more than a text, and a group (RFC 5322 §3.4) more than an address.
        if (bytes.AsSpan().ContainsAny((byte)'\r', (byte)'\n') || AddressList.Parse(bytes).Any(address => address.Host is null))
            return null;
        return SubmittedHeader.Addresses(new HeaderField("", bytes, 0, 0)) is ([var only], true) ? only : null;
    }

    private static string Read(ReadOnlyMemory<byte>? text) => Encoding.UTF8.GetString(text.GetValueOrDefault().Span);
}
