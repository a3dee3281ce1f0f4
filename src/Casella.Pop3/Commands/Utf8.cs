using Casella.Pop3.Session;
using Casella.Pop3.Syntax;

namespace Casella.Pop3.Commands;

/// <summary>UTF8 (RFC 6856 §2.1): from now on messages with UTF-8 in their header are sent as they are.</summary>
internal sealed record Utf8 : Pop3Command
{
    public static Pop3Command Parse(ref Pop3Parser parser)
    {
        parser.End();
        return new Utf8();
    }

    public override ValueTask ExecuteAsync(Pop3Session session, CancellationToken cancellationToken)
    {
        session.Utf8Mode = true;
        session.Writer.Ok(session.Words["Utf8On"]);
        return ValueTask.CompletedTask;
    }
}
