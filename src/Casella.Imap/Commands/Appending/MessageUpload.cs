using Casella.Core;
using Casella.Core.Messages;
using Casella.Formats.Urls;
using Casella.Imap.Session;
using Casella.Imap.Syntax;
using Casella.Net.Framing;

namespace Casella.Imap.Commands.Appending;

/// <summary>
/// Takes the messages of one command, from the wire and from messages that are here (MULTIAPPEND, RFC 3502; CATENATE,
/// RFC 4469), into stages. Whatever is wrong, what is already under way is read to its end, so that it is never taken
/// for commands.
/// </summary>
/// <param name="first">Up to the first literal, which is pending, or to the end.</param>
/// <param name="mostMessages">1 where the command takes only one.</param>
internal sealed class MessageUpload(ImapSession session, IReadOnlyList<AppendStep> first, int mostMessages) : IAsyncDisposable
{
    private static readonly ImapReply NoEnd = ImapReply.Bad("Expected the end of the command after the message");
    private static readonly ImapReply TooBig = Errors.Reply(MailError.MessageTooLarge);
    private static readonly ImapReply Empty = ImapReply.No("A message has at least one octet", "CANNOT");

    private readonly List<NewMessage> _messages = [];
    private IReadOnlyList<AppendStep> _steps = first;
    private AppendStep.Begin? _begun;
    private MessageStage? _stage;
    private long _octets = OctetsOf(first);

    // The reply to a command that has failed while its messages are still coming, and to a literal that is not invited.
    private ImapReply? _failure;
    private ImapReply? _refusal;

    /// <summary>In their order, once <see cref="ReceiveAsync"/> has returned null.</summary>
    public IReadOnlyList<NewMessage> Messages => _messages;

    /// <summary>
    /// Asked before another synchronizing literal is invited, with the octets of all messages up to it.
    /// </summary>
    public Func<long, CancellationToken, ValueTask>? Check { get; set; }

    /// <summary>Octets that are known to come: of the literal at the end.</summary>
    public static long OctetsOf(IReadOnlyList<AppendStep> steps) =>
        steps is [.., AppendStep.Literal { Announcement.Size: var size }] ? size : 0;

    /// <summary>The command cannot be done: its messages are read and dropped.</summary>
    public void Refuse(ImapReply reply) => _failure = reply;

    /// <summary>Reads to the command's end.</summary>
    /// <returns>What is to be answered instead of doing the command, or null.</returns>
    public async ValueTask<ImapReply?> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            foreach (var step in _steps)
                await DoAsync(step, cancellationToken);
            if (_steps is not [.., AppendStep.Literal literal])
                return _failure;
            try
            {
                var rest = await session.Framer.ContinueAsync(Decide, ContinueAsync, cancellationToken)
                    ?? throw new EndOfStreamException("The connection ended within a message.");
                if (rest.PendingLiteral is null && Read(rest, literal.Place) is { } malformed)
                    return _failure ?? malformed;
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
        if (_stage is not null)
            await _stage.DisposeAsync();
        foreach (var message in _messages)
            await message.Content.DisposeAsync();
    }

    private async ValueTask DoAsync(AppendStep step, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case AppendStep.Begin begin:
                _begun = begin;
                _stage = session.Services.Staging.Begin();
                if (_messages.Count >= mostMessages)
                    _failure ??= mostMessages == 1 ? NoEnd : TooMany();
                break;
            case AppendStep.Literal literal:
                await TakeAsync(literal, cancellationToken);
                break;
            case AppendStep.Url url when _failure is null:
                await CopyAsync(url.Text, cancellationToken);
                break;
            case AppendStep.End:
                await KeepAsync(cancellationToken);
                break;
        }
    }

    private async ValueTask TakeAsync(AppendStep.Literal literal, CancellationToken cancellationToken)
    {
        if (_failure is null && _stage!.Length + literal.Announcement.Size > session.Options.AppendLimit)
            _failure = TooBig;
        if (literal.Announcement.Size == 0 && literal.Place is not LiteralPlace.Part)
            _failure ??= Empty;
        if (_failure is not null)
        {
            await session.Framer.SkipLiteralAsync(cancellationToken);
            return;
        }

        await using var watch = new NulWatch(_stage!);
        await session.Framer.CopyLiteralAsync(watch, cancellationToken);
        // RFC 3516 §4.4: what holds NUL could not be told to clients that know no BINARY.
        if (literal.Announcement.IsBinary && watch.HasSeenNul)
            _failure = ImapReply.No("A message with NUL in it cannot be stored", "UNKNOWN-CTE");
    }

    /// <summary>RFC 4469 §4: what cannot be had is named as it was given.</summary>
    private async ValueTask CopyAsync(string url, CancellationToken cancellationToken)
    {
        try
        {
            await using var named = await NamedOctets.FindAsync(session, url, cancellationToken);
            if (named is null)
                _failure = ImapReply.No("That URL names nothing that can be read here", $"BADURL {Printable(url)}");
            else if (_stage!.Length + named.Count > session.Options.AppendLimit)
                _failure = TooBig;
            else
                _octets += await named.CopyToAsync(_stage, cancellationToken);
        }
        catch (MailException e)
        {
            Log.CommandFailed(session.Services.Logger, e, "APPEND", e.Error);
            _failure = Errors.Reply(e.Error);
        }
    }

    private async ValueTask KeepAsync(CancellationToken cancellationToken)
    {
        await using var stage = _stage!;
        _stage = null;
        if (_failure is null && stage.Length == 0)
            _failure = Empty;
        if (_failure is not null)
            return;
        try
        {
            _messages.Add(new NewMessage(await stage.CompleteAsync(cancellationToken), _begun!.Flags, _begun.ReceivedAt));
        }
        catch (MailException e)
        {
            // The disk is full, and the rest of the command is still to be read.
            Log.CommandFailed(session.Services.Logger, e, "APPEND", e.Error);
            _failure = Errors.Reply(e.Error, isTarget: true);
        }
    }

    /// <summary>What follows the last literal.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    private ImapReply? Read(FramedCommand rest, LiteralPlace place)
    {
        try
        {
            var parser = new ImapParser(rest.Bytes.Span, null);
            _steps = AppendParser.ParseBehind(ref parser, place);
            return null;
        }
        catch (ImapSyntaxException e)
        {
            return place is LiteralPlace.Part ? ImapReply.Bad(e.Message) : NoEnd;
        }
    }

    /// <summary>What becomes of another literal.</summary>
    private LiteralDecision Decide(ReadOnlyMemory<byte> soFar, LiteralAnnouncement literal)
    {
        var place = ((AppendStep.Literal)_steps[^1]).Place;
        if (IsUrl(soFar.Span, literal))
            return LiteralDecision.Take;
        IReadOnlyList<AppendStep> next;
        try
        {
            var parser = new ImapParser(soFar.Span, literal);
            next = AppendParser.ParseBehind(ref parser, place);
        }
        catch (ImapSyntaxException e)
        {
            return Refused(ImapReply.Bad(e));
        }

        if (mostMessages == 1 && next.Any(step => step is AppendStep.Begin))
            return Refused(NoEnd);
        _steps = next;
        _octets += literal.Size;
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

    private ImapReply TooMany() =>
        session.SaveRefusal(mostMessages + 1) ?? ImapReply.No($"At most {mostMessages} messages at once", "LIMIT");

    private LiteralDecision Refused(ImapReply reply)
    {
        _refusal = reply;
        return LiteralDecision.Refuse;
    }

    /// <summary>A URL may be a literal, as any astring: that one is part of the command.</summary>
    private static bool IsUrl(ReadOnlySpan<byte> soFar, LiteralAnnouncement literal) =>
        !literal.IsBinary && literal.Size <= ImapUrl.MaxLength
        && (soFar.EndsWith(" URL "u8) || soFar.EndsWith("(URL "u8));

    /// <summary>url-resp-text (RFC 4469 §5) within a response code.</summary>
    private static string Printable(string url) => string.Concat(
        url.Take(ImapUrl.MaxLength).Select(c => c is > ' ' and < (char)0x7F and not (']' or '\\' or '"') ? c : '?'));
}
