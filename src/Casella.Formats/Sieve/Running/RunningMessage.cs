using System.Text;
using Casella.Formats.Mime;

namespace Casella.Formats.Sieve.Running;

/// <summary>
/// The message as a run sees it: its fields as texts, its parts, its bodies up to a limit; all of them with what the
/// script has changed so far (RFC 5293 §7, RFC 5703 §5, §6).
/// </summary>
internal sealed class RunningMessage(SieveMessage message, SieveLimits limits)
{
    private readonly Dictionary<BodyPart, List<RunningField>> _fieldsOfParts = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<PartLoop> _loops = new();
    private SieveContent _content = SieveContent.Unchanged(message.Size);
    private ReadOnlyMemory<byte> _header = message.Header;
    private BodyPart? _structure = message.Structure;
    private List<RunningField>? _fields;
    private ILookup<string, RunningField>? _byName;
    private ReadOnlyMemory<byte>? _bytes;
    private SieveContent? _withFields;
    private SieveContent? _unenclosed;
    private bool _isEnclosed;
    private int _added;
    private int _addedContent;

    public BodyPart Structure => _structure ??= ReadStructure();
    public long Size => _content.Size;

    /// <summary>The part that a loop has come to (RFC 5703 §3), or null outside of one.</summary>
    public BodyPart? CurrentPart => _loops.TryPeek(out var loop) ? PartLoop.Find(Structure, loop.Current) : null;

    /// <summary>Top fields in their order.</summary>
    public IReadOnlyList<RunningField> Fields => _fields ??= Read(_header);

    /// <summary>Top fields of a name, in their order.</summary>
    public IEnumerable<RunningField> Named(string name) => (_byName ??= Fields.ToLookup(field => field.Name, StringComparer.OrdinalIgnoreCase))[name];

    /// <summary>The first octets of the message.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes ??= Read(0, (int)Math.Min(Size, limits.BodySize));

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

    // ---- loops

    /// <summary>Over all parts; inside another loop over those of its part.</summary>
    public PartLoop BeginLoop()
    {
        var loop = _loops.TryPeek(out var outer) ? new PartLoop(outer.Current, withRoot: false) : new PartLoop([], withRoot: true);
        _loops.Push(loop);
        return loop;
    }

    public void EndLoop() => _loops.Pop();

    /// <summary>Where the innermost loop is; the whole message outside of one.</summary>
    public int[] CurrentPlace => _loops.TryPeek(out var loop) ? loop.Current : [];

    // ---- fields

    /// <summary>What the script has made of the message by now; null while it is as it came.</summary>
    public SieveContent? Edited => AreFieldsEdited ? _withFields ??= WithFields() : IsReplaced ? _content : null;

    /// <summary>The same without what it is enclosed in: "redirect" sends on no more (RFC 5703 §6).</summary>
    public SieveContent? Unenclosed => _isEnclosed ? _unenclosed : Edited;

    private bool AreFieldsEdited { get; set; }

    private bool IsReplaced { get; set; }

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
        (AreFieldsEdited, _withFields, _byName) = (true, null, null);
        return _fields!;
    }

    private SieveContent WithFields() => SieveContent.Join(SieveContent.Of(Write(Fields)), _content.From(_header.Length));

    // ---- the whole (called by MessageEdits)

    /// <returns>False when it is more than a script may add.</returns>
    public bool CountContent(int octets) => (_addedContent += octets) <= limits.AddedContent;

    /// <summary>The content with the fields as they are now, of which <see cref="Structure"/> tells the offsets.</summary>
    public SieveContent Settle()
    {
        if (AreFieldsEdited)
            Become(WithFields(), Write(Fields));
        return _content;
    }

    /// <summary>A part is another one from now on.</summary>
    /// <param name="header">Top header of the new content.</param>
    public void Replace(ReadOnlySpan<int> place, SieveContent content, ReadOnlyMemory<byte> header)
    {
        foreach (var loop in _loops)
            loop.Replaced(place);
        Become(content, header);
    }

    /// <summary>The message is inside another one from now on, and so are the loops that are under way.</summary>
    /// <param name="place">Of the old message in the new one.</param>
    public void Enclose(int[] place, SieveContent content, ReadOnlyMemory<byte> header)
    {
        if (!_isEnclosed)
            (_unenclosed, _isEnclosed) = (Edited, true);
        foreach (var loop in _loops)
            loop.MoveBelow(place);
        Become(content, header);
    }

    /// <summary>The octets at a place of the settled content.</summary>
    public byte[] Read(long offset, int count)
    {
        using var content = _content.Slice(offset, count).Open(message.Open);
        var bytes = new byte[count];
        return bytes[..content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    public static byte[] Write(IEnumerable<RunningField> fields)
    {
        using var output = new MemoryStream(1024);
        foreach (var field in fields)
        {
            output.Write(field.Raw.Span);
            if (!field.Raw.Span.EndsWith("\n"u8))
                output.Write("\r\n"u8);
        }

        output.Write("\r\n"u8);
        return output.ToArray();
    }

    private void Become(SieveContent content, ReadOnlyMemory<byte> header)
    {
        (_content, _header, IsReplaced) = (content, header, true);
        (AreFieldsEdited, _withFields, _fields, _byName, _bytes, _structure) = (false, null, null, null, null, null);
        _fieldsOfParts.Clear();
    }

    private BodyPart ReadStructure()
    {
        using var content = _content.Open(message.Open);
        return MessageParser.Parse(content).Root;
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

    public bool Is(string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>The same field under another name.</summary>
    public RunningField Renamed(string other) => new(other, value, Encoding.UTF8.GetBytes(other).Concat(raw.Span[raw.Span.IndexOf((byte)':')..].ToArray()).ToArray());

    /// <param name="lines">As it stands in the message, folded.</param>
    public static RunningField Of(string name, string value, string lines) =>
        new(name, Encoding.UTF8.GetBytes(value), Encoding.UTF8.GetBytes(lines));
}
