using System.Buffers.Binary;
using System.Text;

namespace Casella.Formats.Documents;

/// <summary>
/// Reads winmail.dat, in which Outlook hides what it attaches from everybody else (TNEF, [MS-OXTNEF] §2.1): the files with
/// their names, and the words where there are plain ones.
/// </summary>
public static class TnefReader
{
    private const uint Signature = 0x223E9F78;
    private const int FilesAtMost = 200;

    private const uint AttachData = 0x0006800F;
    private const uint AttachTitle = 0x00018010;
    private const uint AttachRenderData = 0x00069002;
    private const uint Attachment = 0x00069005;
    private const uint MessageProperties = 0x00069003;
    private const uint Body = 0x0002800C;

    private const ushort LongFileName = 0x3707;
    private const ushort AttachedData = 0x3701;
    private const ushort BodyText = 0x1000;

    /// <summary>Null for a file that is none; what is cut short gives what is there.</summary>
    public static TnefFile? TryRead(ReadOnlyMemory<byte> file)
    {
        if (file.Length < 6 || BinaryPrimitives.ReadUInt32LittleEndian(file.Span) != Signature)
            return null;
        var (files, text, at) = (new List<(string Name, ReadOnlyMemory<byte> Data)>(), "", 6);
        while (at + 9 <= file.Length)
        {
            var id = BinaryPrimitives.ReadUInt32LittleEndian(file.Span[(at + 1)..]);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(file.Span[(at + 5)..]);
            at += 9;
            if (length > file.Length - at)
                break;
            var data = file.Slice(at, (int)length);
            at += (int)length + 2;
            switch (id)
            {
                case AttachRenderData when files.Count < FilesAtMost:
                    files.Add(("", ReadOnlyMemory<byte>.Empty));
                    break;
                case AttachTitle when files.Count > 0:
                    files[^1] = (Name(data.Span), files[^1].Data);
                    break;
                case AttachData when files.Count > 0:
                    files[^1] = (files[^1].Name, data);
                    break;
                case Attachment when files.Count > 0:
                    var properties = Properties(data);
                    files[^1] = (
                        properties.TryGetValue(LongFileName, out var longName) ? longName.Text : files[^1].Name,
                        files[^1].Data.IsEmpty && properties.TryGetValue(AttachedData, out var attached) ? attached.Data : files[^1].Data);
                    break;
                case Body when text.Length == 0:
                    text = Name(data.Span);
                    break;
                case MessageProperties when Properties(data).TryGetValue(BodyText, out var words):
                    text = words.Text;
                    break;
            }
        }

        return new TnefFile(text.Trim(), [.. files.Where(one => !one.Data.IsEmpty).Select(one => new TnefAttachment(Clean(one.Name), one.Data))]);
    }

    /// <summary>[MS-OXTNEF] §2.1.3.5: a count, then properties each with its type; the first value of each.</summary>
    private static Dictionary<ushort, (string Text, ReadOnlyMemory<byte> Data)> Properties(ReadOnlyMemory<byte> data)
    {
        var properties = new Dictionary<ushort, (string, ReadOnlyMemory<byte>)>();
        var reader = new PropertyReader(data);
        for (var left = reader.Number(); left > 0 && !reader.IsOver; left--)
        {
            var tag = reader.Number();
            var (type, id) = ((ushort)(tag & 0xFFFF), (ushort)(tag >> 16));
            if (id >= 0x8000 && !reader.SkipName())
                break;
            if (!reader.Value((ushort)(type & ~0x1000), isMany: (type & 0x1000) != 0, out var value))
                break;
            properties.TryAdd(id, ((type & ~0x1000) is 0x1F ? Encoding.Unicode.GetString(value.Span).TrimEnd('\0') : Name(value.Span), value));
        }

        return properties;
    }

    /// <summary>Windows' letters of western Europe, which these files are in.</summary>
    private static string Name(ReadOnlySpan<byte> text) => Encoding.Latin1.GetString(text).TrimEnd('\0');

    private static string Clean(string name)
    {
        var own = string.Concat(name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Where(c => !char.IsControl(c))).Trim();
        return own.Length <= 200 ? own : own[..200];
    }

    /// <summary>Reads a list of properties, never beyond its end.</summary>
    private sealed class PropertyReader(ReadOnlyMemory<byte> data)
    {
        private int _at;

        public bool IsOver => _at >= data.Length;

        public uint Number()
        {
            if (_at + 4 > data.Length)
            {
                _at = data.Length;
                return 0;
            }

            _at += 4;
            return BinaryPrimitives.ReadUInt32LittleEndian(data.Span[(_at - 4)..]);
        }

        /// <summary>A property that has a name: a GUID, and a number or a text.</summary>
        public bool SkipName()
        {
            _at += 16;
            if (Number() == 0)
                return Skip(4);
            return Skip(Padded(Number()));
        }

        public bool Value(ushort type, bool isMany, out ReadOnlyMemory<byte> value)
        {
            value = default;
            var size = type switch { 0x02 or 0x0B or 0x03 or 0x04 or 0x0A => 4, 0x05 or 0x06 or 0x07 or 0x14 or 0x40 => 8, 0x48 => 16, 0x0D or 0x1E or 0x1F or 0x102 => 0, _ => -1 };
            if (size < 0)
                return false;
            var count = size == 0 || isMany ? Number() : 1;
            for (var i = 0u; i < count; i++)
            {
                var length = size == 0 ? Number() : (uint)size;
                if (length > data.Length - _at)
                    return false;
                if (i == 0)
                    value = data.Slice(_at, (int)length);
                if (!Skip(Padded(length)))
                    return false;
            }

            // An object begins with its interface.
            if (type is 0x0D && value.Length >= 16)
                value = value[16..];
            return true;
        }

        private bool Skip(long octets)
        {
            _at = (int)Math.Min(data.Length, Math.Max(0, _at) + octets);
            return _at <= data.Length;
        }

        private static long Padded(uint length) => (length + 3L) / 4 * 4;
    }
}

/// <param name="Text">The words, where they are plain; empty else.</param>
public sealed record TnefFile(string Text, IReadOnlyList<TnefAttachment> Files);

public sealed record TnefAttachment(string Name, ReadOnlyMemory<byte> Data);
