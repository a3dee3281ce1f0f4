using System.Text;
using Casella.Formats.Mime;

namespace Casella.Formats.Sieve.Running;

/// <summary>
/// The message as a run sees it: its fields as texts, with what editheader has changed (RFC 5293 §7), and its bodies up
/// to a limit.
/// </summary>
internal sealed class RunningMessage(SieveMessage message, SieveLimits limits)
{
    private readonly Dictionary<BodyPart, List<RunningField>> _fieldsOfParts = new(ReferenceEqualityComparer.Instance);
    private List<RunningField>? _fields;
    private ILookup<string, RunningField>? _byName;
    private ReadOnlyMemory<byte>? _bytes;
    private byte[]? _edited;
    private int _added;

    public BodyPart Structure => message.Structure;
    public long Size => message.Size;

    /// <summary>The part that a loop has come to (RFC 5703 §3), or null outside of one.</summary>
    public BodyPart? CurrentPart { get; set; }

    /// <summary>Top fields in their order.</summary>
    public IReadOnlyList<RunningField> Fields => _fields ??= Read(message.Header);

    /// <summary>Top fields of a name, in their order.</summary>
    public IEnumerable<RunningField> Named(string name) => (_byName ??= Fields.ToLookup(field => field.Name, StringComparer.OrdinalIgnoreCase))[name];

    /// <summary>The first octets of the message.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes ??= ReadBytes();

    /// <summary>A part's body as transferred, as far as the limit goes.</summary>
    public ReadOnlyMemory<byte> RawBody(BodyPart part) => Slice(part.BodyOffset, part.BodySize);

    public IReadOnlyList<RunningField> FieldsOf(BodyPart part)
    {
        if (ReferenceEquals(part, Structure))
            return Fields;
        if (!_fieldsOfParts.TryGetValue(part, out var fields))
            _fieldsOfParts[part] = fields = Read(Slice(part.HeaderOffset, part.BodyOffset - part.HeaderOffset));
        return fields;
    }

    // ---- editing

    /// <summary>The header as it is now, with its empty line; null while nobody has changed it.</summary>
    // No array: one that is null converts to an empty header, and the message would lose its own.
    public ReadOnlyMemory<byte>? EditedHeader =>
        IsEdited ? new ReadOnlyMemory<byte>(_edited ??= Write()) : default(ReadOnlyMemory<byte>?);

    private bool IsEdited { get; set; }

    /// <returns>False when it is more than a script may add.</returns>
    public bool CountAdded(int octets) => (_added += octets) <= limits.AddedHeader;

    public void Insert(RunningField field, bool last)
    {
        var fields = Editable();
        fields.Insert(last ? fields.Count : 0, field);
    }

    public void Remove(RunningField field) => Editable().Remove(field);

    private List<RunningField> Editable()
    {
        _ = Fields;
        (IsEdited, _edited, _byName) = (true, null, null);
        return _fields!;
    }

    private byte[] Write()
    {
        using var output = new MemoryStream(message.Header.Length + 256);
        foreach (var field in Fields)
        {
            output.Write(field.Raw.Span);
            if (!field.Raw.Span.EndsWith("\n"u8))
                output.Write("\r\n"u8);
        }

        output.Write("\r\n"u8);
        return output.ToArray();
    }

    private static List<RunningField> Read(ReadOnlyMemory<byte> header) =>
        [.. HeaderSection.Fields(header).Select(field => new RunningField(field.Name, field.Value, header.Slice(field.Offset, field.Length)))];

    private ReadOnlyMemory<byte> Slice(long offset, long length)
    {
        var bytes = Bytes;
        if (offset >= bytes.Length || length <= 0)
            return default;
        return bytes.Slice((int)offset, (int)Math.Min(length, bytes.Length - offset));
    }

    private byte[] ReadBytes()
    {
        using var content = message.Open();
        var bytes = new byte[Math.Min(message.Size, limits.BodySize)];
        return bytes[..content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }
}

/// <summary>A header field: name, unfolded value, and the octets as they stand in the message.</summary>
internal sealed class RunningField(string name, ReadOnlyMemory<byte> value, ReadOnlyMemory<byte> raw)
{
    /// <summary>Octets that tests look at: more than people read, and quickly compared.</summary>
    private const int MaxText = 64 * 1024;

    private string? _text;

    public string Name => name;
    public ReadOnlyMemory<byte> Value => value;
    public ReadOnlyMemory<byte> Raw => raw;

    /// <summary>The value for people (RFC 5228 §2.7.2): encoded words decoded, white space around it taken away.</summary>
    public string Text => _text ??= DecodedText.Header(value.Span[..Math.Min(value.Length, MaxText)]).Trim(' ', '\t', '\r', '\n');

    /// <param name="lines">As it stands in the message, folded.</param>
    public static RunningField Of(string name, string value, string lines) =>
        new(name, Encoding.UTF8.GetBytes(value), Encoding.UTF8.GetBytes(lines));
}
