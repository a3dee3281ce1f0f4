using Casella.Imap.Syntax;

namespace Casella.Imap.Session;

internal enum ReplyStatus { Ok, No, Bad }

/// <summary>
/// The tagged end of a command (RFC 9051 §7.1): what a command's ExecuteAsync returns and the loop writes after the
/// changes that it may announce.
/// </summary>
/// <param name="Code">Response code without its brackets ("TRYCREATE"), or null.</param>
/// <param name="Text">Words for people, in English; the loop says them in the session's language.</param>
internal readonly record struct ImapReply(ReplyStatus Status, string? Code, string Text)
{
    public static ImapReply Ok(string text, string? code = null) => new(ReplyStatus.Ok, code, text);
    public static ImapReply No(string text, string? code = null) => new(ReplyStatus.No, code, text);
    public static ImapReply Bad(string text, string? code = null) => new(ReplyStatus.Bad, code, text);
    public static ImapReply Bad(ImapSyntaxException mistake) => new(ReplyStatus.Bad, mistake.Code, mistake.Message);
}
