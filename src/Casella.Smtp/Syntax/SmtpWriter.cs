using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Casella.Smtp.Syntax;

/// <summary>Writes replies (RFC 5321 §4.2). Nothing is sent before the session flushes.</summary>
internal sealed class SmtpWriter(PipeWriter output)
{
    public void Reply(SmtpReply reply) =>
        Line(reply.Enhanced is null ? $"{reply.Code} {reply.Text}" : $"{reply.Code} {reply.Enhanced} {reply.Text}");

    /// <summary>A reply of several lines: "250-…", last "250 …".</summary>
    public void Lines(int code, IReadOnlyList<string> lines)
    {
        for (var i = 0; i < lines.Count; i++)
            Line($"{code}{(i < lines.Count - 1 ? '-' : ' ')}{lines[i]}");
    }

    private void Line(string text)
    {
        Encoding.UTF8.GetBytes(text, output);
        output.Write("\r\n"u8);
    }
}

/// <summary>
/// One reply: code (RFC 5321 §4.2.3), enhanced status code (RFC 3463, RFC 2034; null where it has no place), words.
/// </summary>
internal readonly record struct SmtpReply(int Code, string? Enhanced, string Text)
{
    public bool IsError => Code >= 400;
}
