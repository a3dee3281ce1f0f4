using System.Text;
using MimeKit;

namespace Casella.Core.Tests.Notices;

/// <summary>A notice as its reader sees it.</summary>
internal static class NoticeReading
{
    /// <summary>Header fields as they are, subject and text decoded, lines ended with LF.</summary>
    public static string Decoded(string message)
    {
        var read = MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(message)), TestContext.Current.CancellationToken);
        var header = read.Headers.Concat(read.Body!.Headers).DistinctBy(field => field.Field, StringComparer.OrdinalIgnoreCase)
            .Select(field => $"{field.Field}: {field.Value}");
        return $"{string.Join('\n', header)}\n\n{((TextPart)read.Body!).Text}".ReplaceLineEndings("\n");
    }
}
