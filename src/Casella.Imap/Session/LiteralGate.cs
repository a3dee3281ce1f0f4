using Casella.Core;
using Casella.Imap.Commands.Appending;
using Casella.Imap.Syntax;
using Casella.Net.Framing;

namespace Casella.Imap.Session;

/// <summary>
/// Decides, before a literal is uploaded, whether it is taken into memory, streamed by its command (APPEND, REPLACE)
/// or refused (RFC 9051 §4.3, RFC 7888 §4). Asked by the framer.
/// </summary>
internal sealed class LiteralGate(ImapSession session)
{
    private ImapReply? _refusal;
    private UploadCommand? _upload;
    private ReadOnlyMemory<byte> _soFar;

    /// <param name="soFar">The command up to the literal's "{".</param>
    public LiteralDecision Decide(ReadOnlyMemory<byte> soFar, LiteralAnnouncement literal)
    {
        _refusal = null;
        _upload = null;
        var line = CommandLine.Parse(new FramedCommand(soFar, literal), session.State, session.Enabled.Utf8Names);
        if (line.Command is not UploadCommand upload)
        {
            // literal8 is for messages (RFC 3516 §4.4) and for annotations (RFC 5464 §5) only.
            return literal.IsBinary && line.Row is not { TakesLiteral8: true } ? Refuse(ImapReply.Bad("Expected a literal without \"~\"")) : LiteralDecision.Take;
        }
        if (literal.Size > session.Options.AppendLimit)
            return Refuse(Errors.Reply(MailError.MessageTooLarge));
        (_upload, _soFar) = (upload, soFar);
        return LiteralDecision.Stream;
    }

    /// <summary>
    /// "+", unless the message that is about to be uploaded has nowhere to go: then the client need not send it at all.
    /// For a literal that is already under way nobody asks; APPEND reads it and then refuses.
    /// </summary>
    /// <exception cref="FramingException">Refused; <see cref="TakeRefusal"/> says why.</exception>
    public async ValueTask ContinueAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_upload is not null)
                await _upload.CheckAsync(session, cancellationToken);
        }
        catch (MailException e)
        {
            _refusal = Errors.Reply(e.Error, isTarget: true);
            throw new FramingException(FramingError.LiteralRefused, mustClose: false, _soFar);
        }
        catch (ImapSyntaxException e)
        {
            _refusal = ImapReply.Bad(e);
            throw new FramingException(FramingError.LiteralRefused, mustClose: false, _soFar);
        }
        session.Writer.Raw("+ Go on\r\n"u8);
        await session.Writer.FlushAsync(cancellationToken);
    }

    /// <summary>Why the last literal was refused, once.</summary>
    public ImapReply? TakeRefusal()
    {
        var refusal = _refusal;
        _refusal = null;
        return refusal;
    }

    private LiteralDecision Refuse(ImapReply reply)
    {
        _refusal = reply;
        return LiteralDecision.Refuse;
    }
}
