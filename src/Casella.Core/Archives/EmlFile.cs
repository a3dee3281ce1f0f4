using Casella.Core.Messages;

namespace Casella.Core.Archives;

/// <summary>One message as a file of its own; its lines get CRLF.</summary>
internal static class EmlFile
{
    /// <param name="file">Is closed.</param>
    /// <exception cref="ArchiveException">It has more than so many octets, whatever was said before.</exception>
    public static async Task<StagedMessage> StageAsync(Stream file, MessageStaging staging, long octetsAtMost, CancellationToken cancellationToken)
    {
        using var lines = new OctetLines(file);
        await using var stage = staging.Begin();
        while (await lines.ReadAsync(cancellationToken) is { IsEmpty: false } line)
        {
            if (stage.Length > octetsAtMost)
                throw new ArchiveException("A message in the zip is larger than it says.");
            if (line.Span is [.., (byte)'\n'] and not [.., (byte)'\r', (byte)'\n'])
            {
                stage.Write(line.Span[..^1]);
                stage.Write("\r\n"u8);
            }
            else
                stage.Write(line.Span);
        }

        return await stage.CompleteAsync(cancellationToken);
    }
}
