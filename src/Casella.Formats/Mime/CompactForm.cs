namespace Casella.Formats.Mime;

/// <summary>
/// The stored form of <see cref="Envelope"/> and <see cref="BodyPart"/>: versioned, length-prefixed, no parsing of mail
/// syntax on reading. Values of a value that was read are slices of the given memory, nothing is copied.
/// </summary>
public static class CompactForm
{
    /// <summary>First octet of each form. A change of the layout gets a new one, and reading keeps the old.</summary>
    private const byte EnvelopeVersion = 1;
    private const byte StructureVersion = 1;

    /// <summary>One more than the parser makes.</summary>
    private const int MaxDepth = 110;

    public static byte[] Write(Envelope envelope)
    {
        var writer = new CompactWriter();
        writer.Byte(EnvelopeVersion);
        WriteEnvelope(writer, envelope);
        return writer.ToArray();
    }

    public static byte[] Write(BodyPart root)
    {
        var writer = new CompactWriter();
        writer.Byte(StructureVersion);
        WritePart(writer, root);
        return writer.ToArray();
    }

    /// <exception cref="FormatException">The form is damaged or of a newer version.</exception>
    public static Envelope ReadEnvelope(ReadOnlyMemory<byte> form)
    {
        var reader = new CompactReader(form);
        reader.Expect(EnvelopeVersion);
        var envelope = ReadEnvelope(ref reader);
        reader.ExpectEnd();
        return envelope;
    }

    /// <exception cref="FormatException">The form is damaged or of a newer version.</exception>
    public static BodyPart ReadStructure(ReadOnlyMemory<byte> form)
    {
        var reader = new CompactReader(form);
        reader.Expect(StructureVersion);
        var root = ReadPart(ref reader, MaxDepth);
        reader.ExpectEnd();
        return root;
    }

    /// <summary>
    /// Null for a damaged one, for whoever goes through many messages: verify reports it, and nobody's list, search or
    /// answer fails for it.
    /// </summary>
    public static Envelope? TryReadEnvelope(ReadOnlyMemory<byte> form)
    {
        try
        {
            return ReadEnvelope(form);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Null for a damaged one, as with the envelope.</summary>
    public static BodyPart? TryReadStructure(ReadOnlyMemory<byte> form)
    {
        try
        {
            return ReadStructure(form);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static void WriteEnvelope(CompactWriter writer, Envelope envelope)
    {
        writer.Bytes(envelope.Date);
        writer.Bytes(envelope.Subject);
        WriteAddresses(writer, envelope.From);
        // Mostly the From list again: one octet says so.
        WriteAddresses(writer, envelope.Sender, envelope.From);
        WriteAddresses(writer, envelope.ReplyTo, envelope.From);
        WriteAddresses(writer, envelope.To);
        WriteAddresses(writer, envelope.Cc);
        WriteAddresses(writer, envelope.Bcc);
        writer.Bytes(envelope.InReplyTo);
        writer.Bytes(envelope.MessageId);
    }

    private static Envelope ReadEnvelope(ref CompactReader reader)
    {
        var (date, subject) = (reader.OptionalBytes(), reader.OptionalBytes());
        var from = ReadAddresses(ref reader);
        return new Envelope(
            date, subject, from, ReadAddresses(ref reader, from), ReadAddresses(ref reader, from),
            ReadAddresses(ref reader), ReadAddresses(ref reader), ReadAddresses(ref reader), reader.OptionalBytes(), reader.OptionalBytes());
    }

    private static void WriteAddresses(CompactWriter writer, IReadOnlyList<EnvelopeAddress> addresses, IReadOnlyList<EnvelopeAddress>? from = null)
    {
        if (from is not null)
            writer.Byte((byte)(ReferenceEquals(addresses, from) ? 1 : 0));
        if (from is not null && ReferenceEquals(addresses, from))
            return;
        writer.Number((ulong)addresses.Count);
        foreach (var address in addresses)
        {
            writer.Bytes(address.Name);
            writer.Bytes(address.Mailbox);
            writer.Bytes(address.Host);
        }
    }

    private static IReadOnlyList<EnvelopeAddress> ReadAddresses(ref CompactReader reader, IReadOnlyList<EnvelopeAddress>? from = null)
    {
        if (from is not null && reader.Byte() == 1)
            return from;
        var addresses = new EnvelopeAddress[reader.Count(minOctetsEach: 3)];
        for (var i = 0; i < addresses.Length; i++)
            addresses[i] = new EnvelopeAddress(reader.OptionalBytes(), reader.OptionalBytes(), reader.OptionalBytes());
        return addresses;
    }

    private static void WritePart(CompactWriter writer, BodyPart part)
    {
        writer.Byte((byte)part.Kind);
        writer.Bytes(part.MediaType);
        writer.Bytes(part.MediaSubtype);
        WriteParameters(writer, part.Parameters);
        writer.Bytes(part.ContentId);
        writer.Bytes(part.Description);
        writer.Bytes(part.Encoding);
        writer.Bytes(part.Md5);
        writer.Bytes(part.Disposition);
        WriteParameters(writer, part.DispositionParameters);
        writer.Number((ulong)part.Languages.Count);
        foreach (var language in part.Languages)
            writer.Bytes(language);
        writer.Bytes(part.Location);
        writer.Number((ulong)part.HeaderOffset);
        writer.Number((ulong)(part.BodyOffset - part.HeaderOffset));
        writer.Number((ulong)part.BodySize);
        writer.Number((ulong)part.Lines);
        if (part.Kind == PartKind.Message)
            WriteEnvelope(writer, part.Envelope!);
        writer.Number((ulong)part.Children.Count);
        foreach (var child in part.Children)
            WritePart(writer, child);
    }

    private static BodyPart ReadPart(ref CompactReader reader, int depthLeft)
    {
        if (depthLeft == 0)
            throw new FormatException("The structure is too deep.");
        var kind = (PartKind)reader.Byte();
        long headerOffset;
        var part = new BodyPart
        {
            Kind = kind is PartKind.Leaf or PartKind.Multipart or PartKind.Message ? kind : throw new FormatException("Unknown kind of part."),
            MediaType = reader.Bytes(),
            MediaSubtype = reader.Bytes(),
            Parameters = ReadParameters(ref reader),
            ContentId = reader.OptionalBytes(),
            Description = reader.OptionalBytes(),
            Encoding = reader.Bytes(),
            Md5 = reader.OptionalBytes(),
            Disposition = reader.OptionalBytes(),
            DispositionParameters = ReadParameters(ref reader),
            Languages = ReadLanguages(ref reader),
            Location = reader.OptionalBytes(),
            HeaderOffset = headerOffset = reader.Offset(),
            BodyOffset = headerOffset + reader.Offset(),
            BodySize = reader.Offset(),
            Lines = reader.Offset(),
            Envelope = kind == PartKind.Message ? ReadEnvelope(ref reader) : null,
            Children = ReadChildren(ref reader, depthLeft),
        };
        return (part.Kind == PartKind.Message && part.Children.Count != 1) || (part.Kind == PartKind.Leaf && part.Children.Count != 0)
            ? throw new FormatException("A part has the wrong number of parts inside.")
            : part;
    }

    private static BodyPart[] ReadChildren(ref CompactReader reader, int depthLeft)
    {
        var count = reader.Count(minOctetsEach: 16);
        if (count == 0)
            return [];
        var children = new BodyPart[count];
        for (var i = 0; i < count; i++)
            children[i] = ReadPart(ref reader, depthLeft - 1);
        return children;
    }

    private static void WriteParameters(CompactWriter writer, IReadOnlyList<PartParameter> parameters)
    {
        writer.Number((ulong)parameters.Count);
        foreach (var parameter in parameters)
        {
            writer.Bytes(parameter.Name);
            writer.Bytes(parameter.Value);
        }
    }

    private static PartParameter[] ReadParameters(ref CompactReader reader)
    {
        var parameters = reader.Count(minOctetsEach: 2) is > 0 and var count ? new PartParameter[count] : [];
        for (var i = 0; i < parameters.Length; i++)
            parameters[i] = new PartParameter(reader.Bytes(), reader.Bytes());
        return parameters;
    }

    private static ReadOnlyMemory<byte>[] ReadLanguages(ref CompactReader reader)
    {
        var languages = reader.Count(minOctetsEach: 1) is > 0 and var count ? new ReadOnlyMemory<byte>[count] : [];
        for (var i = 0; i < languages.Length; i++)
            languages[i] = reader.Bytes();
        return languages;
    }
}
