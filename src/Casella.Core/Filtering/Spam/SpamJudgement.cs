using System.Text;
using Casella.Core.Delivery;
using Casella.Core.Messages;
using Casella.Core.Policies;
using Casella.Formats.Mime;
using Casella.Formats.SpamReports;

namespace Casella.Core.Filtering.Spam;

/// <summary>
/// The verdicts on one message, of each mailbox it is for, and the message with the fields that tell of them. Made by
/// <see cref="SpamFilter"/>, used while the message is delivered.
/// </summary>
/// <param name="verdicts">Of each account; default for addresses that lead elsewhere.</param>
/// <param name="sender">Hash of the author's address; null without one author.</param>
internal sealed class SpamJudgement(DeliveryRequest request, IReadOnlyDictionary<AccountId, SpamVerdict> verdicts, SpamOptions options, long? sender)
{
    private static readonly string[] FirstFields = ["Return-Path", "Authentication-Results"];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, StagedMessage> _contents = new(StringComparer.Ordinal);
    private ReadOnlyMemory<byte>? _header;

    /// <summary>
    /// All mailboxes would refuse it, so the server does. One that does not speaks for the sender: then the others put it
    /// into SPAM, for SMTP has one answer, and a report would go to whose name was taken.
    /// </summary>
    public bool IsRefused { get; init; }

    /// <summary>What a mailbox thinks of it; null when nobody has asked.</summary>
    public SpamVerdict? Of(AccountId account) => verdicts.GetValueOrDefault(account) switch
    {
        { Fate: SpamFate.Refuse } refused => refused with { Fate = SpamFate.File },
        var verdict => verdict,
    };

    /// <summary>Whose name the mailbox remembers, unless what he sends is spam or not his.</summary>
    public long? Acquaintance(AccountId account) =>
        Of(account) is { Fate: SpamFate.Take or SpamFate.Tag } && !request.Verdict!.IsQuarantined ? sender : null;

    public int Percent(SpamVerdict verdict) => SpamScorer.Percent(verdict, options);

    /// <summary>What its sender is told, for the recipient.</summary>
    public string Refusal(AccountId account, string domain, Language language) =>
        new SpamWords(language).Refusal(verdicts.GetValueOrDefault(account) ?? verdicts[default], domain);

    /// <summary>The message as the mailbox stores it. One for all mailboxes that think alike, so that it is prepared once.</summary>
    public StagedMessage Content(AccountId account, Language language)
    {
        if (Of(account) is not { } verdict)
            return request.Content;
        var fields = Fields(verdict, language);
        lock (_lock)
        {
            var name = Encoding.ASCII.GetString(fields);
            if (!_contents.TryGetValue(name, out var content))
                _contents[name] = content = With(fields);
            return content;
        }
    }

    private byte[] Fields(SpamVerdict verdict, Language language)
    {
        var status = new SpamStatus(
            verdict.IsSpam, verdict.Score, options.TagOver, [.. verdict.Reasons.Select(reason => new SpamTestResult(reason.Sign, reason.Points, reason.Count))])
        {
            Virus = verdict.Virus,
            Report = verdict.IsSpam ? new SpamWords(language).Against(verdict.Reasons) : null,
        };
        return SpamFields.Compose(status);
    }

    private StagedMessage With(byte[] fields)
    {
        var header = _header ??= SpamFields.RemoveForeign(request.Content.ReadHeader());
        // RFC 5321 §4.4, RFC 8601 §4: these stay the first, and all of it above our own Received.
        var at = HeaderSection.Fields(header).TakeWhile(field => FirstFields.Contains(field.Name, StringComparer.OrdinalIgnoreCase))
            .Select(field => field.Offset + field.Length).LastOrDefault();
        return request.Content.WithOtherFields((byte[])[.. header.Span[..at], .. fields, .. header.Span[at..]]);
    }
}
