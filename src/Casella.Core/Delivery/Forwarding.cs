using System.Collections.Concurrent;
using System.Text;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Signing;
using Casella.Core.Submission;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;

namespace Casella.Core.Delivery;

/// <summary>
/// Sends mail for an alias on to addresses outside: with a sender of ours (<see cref="SenderRewriting"/>) and our
/// seal on it, without what only a mailbox gets, and never round in a circle. Called by <see cref="Deliverer"/>.
/// </summary>
internal sealed class Forwarding(MailQueue queue, SenderRewriting rewriting, ArcSealer sealer, TimeProvider time)
{
    /// <summary>What has been here once must not come again (RFC 9228): one forward leads back to another.</summary>
    private const string Passed = "Delivered-To";

    /// <summary>A sender whose answer was lost tries again within this time.</summary>
    private static readonly TimeSpan SameWithin = TimeSpan.FromDays(1);

    private const int MaxRemembered = 10_000;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _sent = new(StringComparer.Ordinal);

    /// <summary>Queued for good when it returns.</summary>
    /// <param name="key">Identity of the delivery, or empty for mail that cannot be recognised.</param>
    /// <returns>False for a message that went on a moment ago.</returns>
    /// <exception cref="MailException">MailLoop, Unavailable.</exception>
    public async Task<bool> SendAsync(
        DeliveryRequest request, EmailAddress recipient, IReadOnlyList<EmailAddress> targets, ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        var name = Convert.ToHexString(key.Span);
        if (IsKnown(name))
            return false;
        var header = request.Content.ReadHeader();
        if (HeaderSection.Fields(header).Any(field => Is(field, Passed) && EmailAddress.TryParse(Encoding.UTF8.GetString(field.Value.Span), out var before) && before == recipient))
            throw new MailException(MailError.MailLoop, $"{recipient} has had this message before");
        var content = request.Content.WithHeader(WithoutReturnPath(header), header.Length)
            .WithPrefix(Encoding.UTF8.GetBytes($"{Passed}: {recipient}\r\n"));
        await QueueAsync(request, recipient, targets, content, cancellationToken);
        Remember(name);
        return true;
    }

    /// <summary>A mailbox's script sends a message on (RFC 5228 §4.2); it knows itself what has been there before.</summary>
    /// <param name="message">As the script has changed it.</param>
    /// <param name="mark">A field that goes before it.</param>
    public Task PassOnAsync(DeliveryRequest request, EmailAddress owner, EmailAddress target, StagedMessage message, string mark)
    {
        var header = message.ReadHeader();
        var content = message.WithHeader(WithoutReturnPath(header), header.Length).WithPrefix(Encoding.UTF8.GetBytes(mark));
        return QueueAsync(request, owner, [target], content, CancellationToken.None);
    }

    private async Task QueueAsync(
        DeliveryRequest request, EmailAddress recipient, IReadOnlyList<EmailAddress> targets, StagedMessage content, CancellationToken cancellationToken)
    {
        content = await sealer.SealAsync(content, recipient.Domain, request.Verdict, cancellationToken);
        var forward = new QueueRequest(
            null, await SenderAsync(request, recipient, cancellationToken), [.. targets.Select(target => new SubmissionRecipient(target, null, null))], content, null, null)
        {
            // What our own people have written is signed as all of theirs.
            IsForwarded = request.Verdict is not null || request.WasHere,
        };
        await queue.EnqueueAsync(forward, cancellationToken);
    }

    /// <summary>Our own people's mail leaves in their own name; a report has none (RFC 5321 §4.5.5).</summary>
    private async ValueTask<EmailAddress?> SenderAsync(DeliveryRequest request, EmailAddress recipient, CancellationToken cancellationToken) =>
        request.ReversePath is not { } sender || request.Verdict is null ? request.ReversePath : await rewriting.RewriteAsync(sender, recipient.Domain, cancellationToken);

    /// <summary>RFC 5321 §4.4: only where a message comes to rest.</summary>
    private static byte[] WithoutReturnPath(byte[] header)
    {
        using var kept = new MemoryStream(header.Length);
        var at = 0;
        foreach (var field in HeaderSection.Fields(header))
        {
            if (!Is(field, "Return-Path"))
                continue;
            kept.Write(header.AsSpan(at..field.Offset));
            at = field.Offset + field.Length;
        }

        kept.Write(header.AsSpan(at));
        return kept.ToArray();
    }

    private bool IsKnown(string name) => name.Length > 0 && _sent.TryGetValue(name, out var at) && time.GetUtcNow() - at < SameWithin;

    private void Remember(string name)
    {
        if (name.Length == 0)
            return;
        if (_sent.Count >= MaxRemembered)
            foreach (var old in _sent.OrderBy(sent => sent.Value).Take(MaxRemembered / 10))
                _sent.TryRemove(old);
        _sent[name] = time.GetUtcNow();
    }

    private static bool Is(HeaderField field, string name) => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase);
}
