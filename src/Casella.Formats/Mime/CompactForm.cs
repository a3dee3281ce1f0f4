namespace Casella.Formats.Mime;

/// <summary>
/// The stored form of <see cref="Envelope"/> and <see cref="BodyPart"/>: versioned, length-prefixed, no parsing of mail syntax on
/// reading. Values of a value that was read are slices of the given memory, nothing is copied.
/// </summary>
public static class CompactForm
{
    public static byte[] Write(Envelope envelope) => throw new NotImplementedException();
    public static byte[] Write(BodyPart root) => throw new NotImplementedException();

    /// <exception cref="FormatException">The form is damaged or of a newer version.</exception>
    public static Envelope ReadEnvelope(ReadOnlyMemory<byte> form) => throw new NotImplementedException();

    /// <exception cref="FormatException">The form is damaged or of a newer version.</exception>
    public static BodyPart ReadStructure(ReadOnlyMemory<byte> form) => throw new NotImplementedException();
}
