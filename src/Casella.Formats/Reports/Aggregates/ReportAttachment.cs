using System.IO.Compression;
using MimeKit;

namespace Casella.Formats.Reports.Aggregates;

/// <summary>
/// Finds the report in a mail that brings one: XML or JSON, as it is, gzipped or zipped (RFC 7489 §7.2.1.1, RFC 8460
/// §5.3). The mail is from anybody, so what is unpacked is counted while it is, and there is an end to it.
/// </summary>
public static class ReportAttachment
{
    /// <summary>Octets of an unpacked report; the largest providers write some ten megabytes on large domains.</summary>
    public const int MaxUnpacked = 32 * 1024 * 1024;

    /// <summary>Parts of a mail that are tried.</summary>
    private const int MaxParts = 10;

    private static readonly ParserOptions Lenient = new() { MaxMimeDepth = 8 };

    /// <summary>The first report in the mail; both null when it has none.</summary>
    public static (DmarcReport? Dmarc, TlsReport? Tls) Find(Stream mail)
    {
        using var message = Load(mail);
        foreach (var part in message?.BodyParts.OfType<MimePart>().Take(MaxParts) ?? [])
        {
            var found = Read(part);
            if (found is not (null, null))
                return found;
        }

        return (null, null);
    }

    /// <summary>A value of somebody else's as one line of letters.</summary>
    internal static string Line(string? text, int atMost)
    {
        var trimmed = (text ?? "").Trim();
        var cut = trimmed.Length > atMost ? trimmed[..atMost] : trimmed;
        return string.Create(cut.Length, cut, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? ' ' : source[i];
        });
    }

    private static MimeMessage? Load(Stream mail)
    {
        try
        {
            return MimeMessage.Load(Lenient, mail);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static (DmarcReport? Dmarc, TlsReport? Tls) Read(MimePart part)
    {
        if (part.Content is not { } content)
            return (null, null);
        try
        {
            using var packed = new MemoryStream();
            content.DecodeTo(packed);
            var bytes = Unpack(packed);
            return FirstLetter(bytes) switch
            {
                '<' => (DmarcReportXml.Read(new MemoryStream(bytes, writable: false)), null),
                '{' => (null, TlsReportJson.Read(bytes)),
                _ => (null, null),
            };
        }
        catch (Exception wrong) when (wrong is InvalidDataException or FormatException or IOException or NotSupportedException)
        {
            return (null, null);
        }
    }

    /// <summary>By what it is, not by what it is called: the names that reporters give are of all kinds.</summary>
    /// <exception cref="InvalidDataException">It is broken, or larger than any report.</exception>
    private static byte[] Unpack(MemoryStream packed)
    {
        packed.Position = 0;
        var head = packed.GetBuffer().AsSpan(0, (int)Math.Min(4, packed.Length));
        if (head is [0x1F, 0x8B, ..])
        {
            using var gzip = new GZipStream(packed, CompressionMode.Decompress);
            return Take(gzip);
        }

        if (!head.StartsWith("PK\x03\x04"u8))
            return Take(packed);
        using var zip = new ZipArchive(packed, ZipArchiveMode.Read);
        // One report is one file; an archive of archives is somebody's joke.
        var entry = zip.Entries.FirstOrDefault(one => one.Name.Length > 0) ?? throw new InvalidDataException("the archive is empty");
        using var content = entry.Open();
        return Take(content);
    }

    private static byte[] Take(Stream content)
    {
        using var taken = new MemoryStream();
        var piece = new byte[64 * 1024];
        for (var read = content.Read(piece); read > 0; read = content.Read(piece))
        {
            if (taken.Length + read > MaxUnpacked)
                throw new InvalidDataException("the report is too large");
            taken.Write(piece, 0, read);
        }

        return taken.ToArray();
    }

    private static char FirstLetter(ReadOnlySpan<byte> bytes)
    {
        var rest = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        rest = rest.TrimStart(" \t\r\n"u8);
        return rest.IsEmpty ? '\0' : (char)rest[0];
    }
}
