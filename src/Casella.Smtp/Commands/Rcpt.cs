using Casella.Core;
using Casella.Core.Delivery;
using Casella.Core.Submission;
using Casella.Formats.Addresses;
using Casella.Smtp.Session;
using Casella.Smtp.Syntax;

namespace Casella.Smtp.Commands;

/// <summary>
/// RCPT (RFC 5321 §4.1.1.3): one recipient, refused here when it cannot be. With NOTIFY and ORCPT (RFC 3461).
/// </summary>
internal sealed record Rcpt(SmtpPath Path, DsnNotify? Notify, string? OriginalRecipient, string? UnknownParameter) : SmtpCommand
{
    public static SmtpCommand Parse(ref SmtpParser parser)
    {
        const string Expected = "RCPT TO:<address>";
        var path = parser.Path("TO:"u8, Expected);
        if (path.IsNull)
            throw new SmtpSyntaxException(Expected);
        DsnNotify? notify = null;
        string? original = null;
        string? unknown = null;
        while (parser.Parameter(out var keyword, out var value))
        {
            if (keyword is "NOTIFY")
                notify = ReadNotify(value);
            else if (keyword is "ORCPT")
                original = ReadOriginal(value);
            else
                unknown = keyword;
        }

        return new Rcpt(path, notify, original, unknown);
    }

    public override async ValueTask<SmtpReply?> ExecuteAsync(SmtpSession session, CancellationToken cancellationToken)
    {
        var transaction = session.Transaction!;
        if (UnknownParameter is not null)
            return new SmtpReply(555, "5.5.4", "Unknown parameter");
        if (transaction.Recipients.Count >= session.Services.Options.Recipients)
            return new SmtpReply(452, "4.5.3", "Too many recipients");      // RFC 5321 §4.5.3.1.10
        if (Path.Address is { IsAscii: false } && !transaction.Parameters.IsUtf8)
            return new SmtpReply(553, "5.6.7", "SMTPUTF8 is needed for this address");
        var address = Path.Address ?? await session.Services.Core.Resolver.PostmasterAsync(cancellationToken);
        var refusal = address is null
            ? Errors.Of(MailError.NoSuchAddress)
            : Refusal(session, await session.Services.Core.Resolver.ResolveAsync(address, cancellationToken))
                ?? await SenderRefusalAsync(session, transaction, address, cancellationToken);
        if (refusal is { } words)
        {
            Log.RecipientRefused(session.Services.Logger, session.Connection.Remote.Address, words.Code, words.Enhanced);
            return words;
        }

        transaction.Add(new SubmissionRecipient(address!, Notify, OriginalRecipient));
        return new SmtpReply(250, "2.1.5", "Recipient ok");
    }

    private static async ValueTask<SmtpReply?> SenderRefusalAsync(
        SmtpSession session, MailTransaction transaction, EmailAddress recipient, CancellationToken cancellationToken) =>
        transaction.Sender is { } sender ? await session.Services.Checks.RefusalAsync(sender, recipient, cancellationToken) : null;

    private static SmtpReply? Refusal(SmtpSession session, Resolution resolution) => resolution switch
    {
        Resolution.Remote when session.Role is SmtpRole.Mx => new SmtpReply(550, "5.7.1", "Relaying is not offered here"),
        Resolution.Unknown => Errors.Of(MailError.NoSuchAddress),
        // Our own users' mail to a full mailbox waits in the queue instead; their program has nothing to wait with.
        Resolution.Local { IsFull: true } when session.Role is SmtpRole.Mx => Errors.Of(MailError.OverQuota),
        Resolution.Local { IsReturn: true } when session.Transaction!.Parameters.ReversePath is not null =>
            new SmtpReply(550, "5.7.1", "This address takes delivery reports only"),
        _ => null,
    };

    /// <summary>RFC 3461 §4.1: NEVER alone, or any of the others.</summary>
    private static DsnNotify ReadNotify(string? value)
    {
        const string Expected = "NOTIFY=NEVER or a list of SUCCESS, FAILURE, DELAY";
        if (string.Equals(value, "NEVER", StringComparison.OrdinalIgnoreCase))
            return DsnNotify.Never;
        var notify = DsnNotify.Never;
        foreach (var word in (value ?? "").Split(','))
        {
            notify |= word.ToUpperInvariant() switch
            {
                "SUCCESS" => DsnNotify.Success,
                "FAILURE" => DsnNotify.Failure,
                "DELAY" => DsnNotify.Delay,
                _ => throw new SmtpSyntaxException(Expected),
            };
        }

        return notify;
    }

    /// <summary>RFC 3461 §4.2: addr-type ";" xtext; kept as it is for the report.</summary>
    private static string ReadOriginal(string? value) =>
        value is { Length: <= 500 } && value.IndexOf(';', StringComparison.Ordinal) is > 0 and var type && Xtext.TryDecode(value[(type + 1)..], out var decoded)
            ? $"{value[..type]};{decoded}"
            : throw new SmtpSyntaxException("ORCPT=type;xtext");
}
