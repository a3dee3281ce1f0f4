using Casella.Formats.Mime;

namespace Casella.Formats.Sieve;

/// <summary>The message that a script looks at.</summary>
/// <param name="Header">The top header with its empty line.</param>
/// <param name="Structure">Of the whole message, see <see cref="ParsedMessage.Root"/>.</param>
/// <param name="Size">Octets of the whole message.</param>
/// <param name="Open">The whole message from its first octet; asked at most once, by tests that look into bodies.</param>
public sealed record SieveMessage(ReadOnlyMemory<byte> Header, BodyPart Structure, long Size, Func<Stream> Open)
{
    public static SieveMessage Of(byte[] message)
    {
        using var content = new MemoryStream(message, writable: false);
        var parsed = MessageParser.Parse(content);
        return new SieveMessage(message.AsMemory(0, parsed.HeaderSize), parsed.Root, message.Length, () => new MemoryStream(message, writable: false));
    }
}
