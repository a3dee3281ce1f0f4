using Casella.Net.Framing;

namespace Casella.Imap.Session;

/// <summary>Decides, before a literal is uploaded, whether it is taken into memory, streamed by its command or refused (RFC 9051 §4.3, RFC 7888 §4).
/// Asked by the framer.</summary>
internal sealed class LiteralGate
{
    private ImapReply? _refusal;

    /// <param name="soFar">The command up to the literal's "{".</param>
    public LiteralDecision Decide(ReadOnlyMemory<byte> soFar, LiteralAnnouncement literal)
    {
        _refusal = null;
        if (!literal.IsBinary)
            return LiteralDecision.Take;
        // literal8 needs BINARY (RFC 3516), which is not advertised.
        _refusal = ImapReply.Bad("Expected a literal without \"~\"");
        return LiteralDecision.Refuse;
    }

    /// <summary>Why the last literal was refused, once.</summary>
    public ImapReply? TakeRefusal()
    {
        var refusal = _refusal;
        _refusal = null;
        return refusal;
    }
}
