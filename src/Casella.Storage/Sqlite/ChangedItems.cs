using System.Buffers;
using Casella.Core;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Storage.Sqlite;

/// <summary>
/// The packed list of a change's messages: variable-length numbers, so that a STORE on ten thousand messages is one row
/// of the log.
/// </summary>
internal static class ChangedItems
{
    private const byte Version = 1;

    /// <summary>Each item has its INTERNALDATE behind it: what was expunged.</summary>
    private const byte DatedVersion = 2;

    public static byte[] Pack(IReadOnlyList<ChangedItem> items)
    {
        var output = new ArrayBufferWriter<byte>(8 + (items.Count * 12));
        var isDated = items.Count > 0 && items.All(item => item.ReceivedAt is not null);
        output.Write([isDated ? DatedVersion : Version]);
        Write(output, (ulong)items.Count);
        foreach (var item in items)
        {
            Write(output, item.Uid.Value);
            Write(output, (ulong)item.Email.Value);
            Write(output, item.Before);
            Write(output, item.After);
            Write(output, item.OtherUid?.Value ?? 0);
            if (isDated)
                Write(output, (ulong)item.ReceivedAt!.Value);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <exception cref="MailException">Damaged.</exception>
    public static IReadOnlyList<ChangedItem> Unpack(ReadOnlySpan<byte> packed)
    {
        if (packed.IsEmpty || packed[0] is not (Version or DatedVersion))
            throw Damaged();
        var isDated = packed[0] == DatedVersion;
        packed = packed[1..];
        var count = Read(ref packed);
        if (count > (ulong)packed.Length)
            throw Damaged();
        var items = new ChangedItem[count];
        for (var i = 0; i < items.Length; i++)
        {
            var uid = new Uid((uint)Read(ref packed));
            var email = new EmailId((long)Read(ref packed));
            var before = ReadFlags(ref packed);
            var after = ReadFlags(ref packed);
            var other = (uint)Read(ref packed);
            long? receivedAt = isDated ? (long)Read(ref packed) : null;
            items[i] = new ChangedItem(uid, email, before, after, other == 0 ? null : new Uid(other), receivedAt);
        }

        return items;
    }

    private static void Write(ArrayBufferWriter<byte> output, MessageFlags flags)
    {
        Write(output, (ulong)flags.Bits);
        Write(output, (ulong)(flags.Bits >> 64));
    }

    private static MessageFlags ReadFlags(ref ReadOnlySpan<byte> packed)
    {
        var low = Read(ref packed);
        return new MessageFlags(new UInt128(Read(ref packed), low));
    }

    private static void Write(ArrayBufferWriter<byte> output, ulong value)
    {
        var span = output.GetSpan(10);
        var used = 0;
        for (; value >= 0x80; value >>= 7)
            span[used++] = (byte)(value | 0x80);
        span[used++] = (byte)value;
        output.Advance(used);
    }

    private static ulong Read(ref ReadOnlySpan<byte> packed)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64 && !packed.IsEmpty; shift += 7)
        {
            var b = packed[0];
            packed = packed[1..];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
                return value;
        }

        throw Damaged();
    }

    private static MailException Damaged() => new(MailError.Damaged, "an entry of the change log is damaged");
}
