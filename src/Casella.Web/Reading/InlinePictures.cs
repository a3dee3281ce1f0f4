using System.Web;
using Casella.Formats.Mime;

namespace Casella.Web.Reading;

/// <summary>
/// The pictures that a mail carries for its own HTML (RFC 2392 cid:), given to the frame inside its document: the frame
/// may ask nobody for anything.
/// </summary>
internal sealed class InlinePictures(StoredMail mail, int octetsAtMost)
{
    private readonly Dictionary<string, string> _byId = new(StringComparer.Ordinal);

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var left = octetsAtMost;
        foreach (var attachment in mail.Parts.Attachments)
        {
            if (attachment.ContentId is not { } id || _byId.ContainsKey(id) || attachment.Size > left)
                continue;
            var bytes = await mail.ReadBytesAsync(attachment.Part, cancellationToken);
            if (PictureType.Of(bytes) is not { } type || bytes.Length > left)
                continue;
            left -= bytes.Length;
            _byId[id] = $"data:{type};base64,{Convert.ToBase64String(bytes)}";
        }
    }

    /// <summary>The picture of a cid:, or a data: that is a picture; else null.</summary>
    public string? Find(string url)
    {
        if (url.StartsWith("cid:", StringComparison.OrdinalIgnoreCase))
            return _byId.GetValueOrDefault(HttpUtility.UrlDecode(url[4..])) ?? _byId.GetValueOrDefault(url[4..]);
        return url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? Data(url) : null;
    }

    /// <summary>Which of the attachments a cid: names; null for none.</summary>
    public static int? IndexOf(IReadOnlyList<AttachedPart> attachments, string url)
    {
        if (!url.StartsWith("cid:", StringComparison.OrdinalIgnoreCase))
            return null;
        var (plain, decoded) = (url[4..], HttpUtility.UrlDecode(url[4..]));
        for (var i = 0; i < attachments.Count; i++)
            if (attachments[i].ContentId is { } id && (string.Equals(id, decoded, StringComparison.Ordinal) || string.Equals(id, plain, StringComparison.Ordinal)))
                return i;
        return null;
    }

    /// <summary>Made anew from its bytes: what it says of its type is not believed.</summary>
    private static string? Data(string url)
    {
        var comma = url.IndexOf(";base64,", StringComparison.OrdinalIgnoreCase);
        if (comma < 0)
            return null;
        var text = url.AsSpan(comma + ";base64,".Length).Trim();
        var bytes = new byte[(text.Length / 4 * 3) + 3];
        return Convert.TryFromBase64Chars(text, bytes, out var length) && PictureType.Of(bytes.AsSpan(0, length)) is { } type
            ? $"data:{type};base64,{text}"
            : null;
    }
}

/// <summary>What bytes are a picture of a kind that cannot run anything: by themselves, whatever their label says.</summary>
internal static class PictureType
{
    public static string? Of(ReadOnlySpan<byte> bytes) =>
        bytes is [0x89, (byte)'P', (byte)'N', (byte)'G', ..] ? "image/png"
        : bytes is [0xFF, 0xD8, 0xFF, ..] ? "image/jpeg"
        : bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8) ? "image/gif"
        : bytes is [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] ? "image/webp"
        : bytes is [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'a', (byte)'v', (byte)'i', (byte)'f', ..] ? "image/avif"
        : null;
}
