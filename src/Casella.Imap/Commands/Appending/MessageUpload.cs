using Casella.Core;
using Casella.Core.Messages;
using Casella.Imap.Session;
using Casella.Imap.Syntax;
using Casella.Net.Framing;

namespace Casella.Imap.Commands.Appending;

/// <summary>
/// Takes the messages of one command from the wire, one literal after the other, into stages (MULTIAPPEND, RFC 3502).
/// Whatever is wrong, what is already under way is read to its end, so that it is never taken for commands.
/// </summary>
/// <param name="first">The message whose literal is pending.</param>
/// <param name="mostMessages">1 where the command takes only one.</param>
internal sealed class MessageUpload(ImapSession session, AppendMessage first, int mostMessages) : IAsyncDisposable
{
    private static readonly ImapReply NoEnd = ImapReply.Bad("Expected the end of the command after the message");

    private readonly List<NewMessage> _messages = [];
    private AppendMessage _current = first;
    private AppendMessage? _next;
    private long _octets = first.Literal.Size;

    // The reply to a command that has failed while its messages are still coming, and to a literal that is not invited.
    private ImapReply? _failure;
    private ImapReply? _refusal;

    /// <summary>In their order, once <see cref="ReceiveAsync"/> has returned null.</summary>
    public IReadOnlyList<NewMessage> Messages => _messages;

    /// <summary>
    /// Asked before another synchronizing literal is invited, with the octets of all messages up to it.
    /// </summary>
    public Func<long, CancellationToken, ValueTask>? Check { get; set; }

    /// <summary>The command cannot be done: its messages are read and dropped.</summary>
    public void Refuse(ImapReply reply) => _failure = reply;

    /// <summary>Reads to the command's end.</summary>
    /// <returns>What is to be answered instead of doing the command, or null.</returns>
    public async ValueTask<ImapReply?> ReceiveAsync(CancellationToken cancellationToken)
    {
        for (; ; _current = _next!)
        {
            await TakeAsync(_current, cancellationToken);
            try
            {
                var rest = await session.Framer.ContinueAsync(Decide, ContinueAsync, cancellationToken)
                    ?? throw new EndOfStreamException("The connection ended within a message.");
                if (rest.PendingLiteral is null)
                    return _failure ?? (IsEnd(rest.Bytes.Span) ? null : NoEnd);
            }
            catch (FramingException e) when (e.Error == FramingError.LiteralRefused && _refusal is { } refusal)
            {
                if (e.MustClose)
                    session.SayBye("What follows cannot be told from the rest of the command");
                return _failure ?? refusal;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var message in _messages)
            await message.Content.DisposeAsync();
    }

    /// <summary>What follows the last message.</summary>
    private bool IsEnd(ReadOnlySpan<byte> rest) => _current.IsUtf8 ? rest.SequenceEqual(")"u8) : rest.IsEmpty;

    private async ValueTask TakeAsync(AppendMessage message, CancellationToken cancellationToken)
    {
        if (_failure is not null)
        {
            await session.Framer.SkipLiteralAsync(cancellationToken);
            return;
        }
        await using var stage = session.Services.Staging.Begin();
        await using var watch = new NulWatch(stage);
        await session.Framer.CopyLiteralAsync(watch, cancellationToken);
        if (message.Literal.Size == 0)
            _failure = ImapReply.No("A message has at least one octet", "CANNOT");
        // RFC 3516 §4.4: what holds NUL could not be told to clients that know no BINARY.
        else if (message.Literal.IsBinary && watch.HasSeenNul)
            _failure = ImapReply.No("A message with NUL in it cannot be stored", "UNKNOWN-CTE");
        else
            await KeepAsync(message, stage, cancellationToken);
    }

    private async ValueTask KeepAsync(AppendMessage message, MessageStage stage, CancellationToken cancellationToken)
    {
        try
        {
            _messages.Add(new NewMessage(
                await stage.CompleteAsync(cancellationToken), message.Flags, message.ReceivedAt));
        }
        catch (MailException e)
        {
            // The disk is full, and the rest of the command is still to be read.
            Log.CommandFailed(session.Services.Logger, e, "APPEND", e.Error);
            _failure = Errors.Reply(e.Error, isTarget: true);
        }
    }

    /// <summary>What becomes of another message's literal.</summary>
    private LiteralDecision Decide(ReadOnlyMemory<byte> soFar, LiteralAnnouncement literal)
    {
        try
        {
            var parser = new ImapParser(soFar.Span, literal);
            if (_current.IsUtf8)
                parser.Take((byte)')');
            _next = AppendMessage.Parse(ref parser);
        }
        catch (ImapSyntaxException e)
        {
            return Refused(ImapReply.Bad(e));
        }
        _octets += literal.Size;
        if (mostMessages == 1)
            return Refused(NoEnd);
        if (_messages.Count >= mostMessages)
            _failure ??= session.SaveRefusal(mostMessages + 1) ?? ImapReply.No($"At most {mostMessages} messages at once", "LIMIT");
        // What has failed is no longer invited; what is under way is read and dropped.
        if (_failure is { } failure)
            return literal.IsSynchronizing ? Refused(failure) : LiteralDecision.Stream;
        return literal.Size > session.Options.AppendLimit
            ? Refused(Errors.Reply(MailError.MessageTooLarge))
            : LiteralDecision.Stream;
    }

    private async ValueTask ContinueAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Check is not null)
                await Check(_octets, cancellationToken);
        }
        catch (MailException e)
        {
            _refusal = Errors.Reply(e.Error, isTarget: true);
            throw new FramingException(FramingError.LiteralRefused, mustClose: false, default);
        }
        session.Writer.Raw("+ Go on\r\n"u8);
        await session.Writer.FlushAsync(cancellationToken);
    }

    private LiteralDecision Refused(ImapReply reply)
    {
        _refusal = reply;
        return LiteralDecision.Refuse;
    }
}
