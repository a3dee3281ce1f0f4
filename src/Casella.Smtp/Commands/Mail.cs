using System.Globalization;
using Casella.Core;
using Casella.Formats.Addresses;
using Casella.Smtp.Session;
using Casella.Smtp.Syntax;

namespace Casella.Smtp.Commands;

/// <summary>MAIL (RFC 5321 §4.1.1.2): begins a transaction. With SIZE, BODY, SMTPUTF8, RET, ENVID and AUTH.</summary>
internal sealed record Mail(SmtpPath Path, long? Size, MailParameters Parameters, string? UnknownParameter) : SmtpCommand
{
    public static SmtpCommand Parse(ref SmtpParser parser)
    {
        const string Expected = "MAIL FROM:<address>";
        var path = parser.Path("FROM:"u8, Expected);
        if (path.IsPostmaster)
            throw new SmtpSyntaxException(Expected);
        long? size = null;
        var parameters = new MailParameters(path.Address, IsUtf8: false, null, null);
        string? unknown = null;
        while (parser.Parameter(out var keyword, out var value))
        {
            switch (keyword)
            {
                case "SIZE":    // RFC 1870 §6
                    size = Number(value, "SIZE=octets");
                    break;
                case "BODY":    // RFC 6152 §2
                    if (value is null || value.ToUpperInvariant() is not ("7BIT" or "8BITMIME"))
                        throw new SmtpSyntaxException("BODY=7BIT or BODY=8BITMIME");
                    break;
                case "SMTPUTF8" when value is null:     // RFC 6531 §3.4
                    parameters = parameters with { IsUtf8 = true };
                    break;
                case "RET":     // RFC 3461 §4.3
                    parameters = parameters with { ReturnFull = ReturnFull(value) };
                    break;
                case "ENVID":   // RFC 3461 §4.4
                    parameters = parameters with { EnvelopeId = EnvelopeId(value) };
                    break;
                case "REQUIRETLS" when value is null:   // RFC 8689 §3
                    parameters = parameters with { RequiresTls = true };
                    break;
                case "HOLDFOR" when parameters.HoldUntil is null:   // RFC 4865 §5: one of the two
                    parameters = parameters with { HoldFor = Number(value, "HOLDFOR=seconds") };
                    break;
                case "HOLDUNTIL" when parameters.HoldFor is null:
                    parameters = parameters with { HoldUntil = Time(value) };
                    break;
                case "AUTH":    // RFC 4954 §5: whom the client believes; we believe who signed in.
                    break;
                default:
                    unknown = keyword;
                    break;
            }
        }

        return new Mail(path, size, parameters, unknown);
    }

    public override async ValueTask<SmtpReply?> ExecuteAsync(SmtpSession session, CancellationToken cancellationToken)
    {
        if (Refusal(session) is { } refusal)
            return refusal;
        if (session.SignedIn is { } signedIn && Path.Address is { } sender
            && !await session.Services.Core.Submitter.MaySendAsAsync(signedIn, sender, cancellationToken))
            return Errors.Of(MailError.SenderNotAllowed);
        session.Begin(Parameters);
        return new SmtpReply(250, "2.1.0", "Sender ok");
    }

    private SmtpReply? Refusal(SmtpSession session)
    {
        if (session.Role is SmtpRole.Submission && session.SignedIn is null)
            return new SmtpReply(530, "5.7.0", "Sign in first");    // RFC 6409 §4.3
        if (session.Messages >= session.Services.Options.MessagesPerConnection)
        {
            session.IsOver = true;
            return new SmtpReply(421, "4.7.0", "Enough messages for one connection, connect again");
        }

        if (UnknownParameter is not null || (Path.Address is null && !Path.IsNull))
            return new SmtpReply(555, "5.5.4", "Unknown parameter");
        if (Path.Address is { IsAscii: false } && !Parameters.IsUtf8)
            return new SmtpReply(553, "5.6.7", "SMTPUTF8 is needed for this address");  // RFC 6531 §3.5
        if (Parameters.RequiresTls && !session.Connection.IsSecure)
            return new SmtpReply(530, "5.7.10", "REQUIRETLS needs TLS");    // RFC 8689 §4.2
        if (HoldRefusal(session) is { } refusal)
            return refusal;
        return Size > session.Services.Core.Limits.MessageSize ? Errors.Of(MailError.MessageTooLarge) : null;
    }

    /// <summary>RFC 4865 §6: only for our own users, and not for longer than we keep a promise.</summary>
    private SmtpReply? HoldRefusal(SmtpSession session)
    {
        if (Parameters is { HoldFor: null, HoldUntil: null })
            return null;
        if (session.Role is not SmtpRole.Submission)
            return new SmtpReply(555, "5.5.4", "Unknown parameter");
        var wait = Parameters.HoldFor is { } seconds ? seconds : (Parameters.HoldUntil!.Value - session.Services.Time.GetUtcNow()).TotalSeconds;
        return wait <= session.Services.Options.HoldTime.TotalSeconds
            ? null
            : new SmtpReply(501, "5.5.4", $"A message can be held for at most {session.Services.Options.HoldTime.TotalDays:0} days");
    }

    /// <summary>RFC 3339 §5.6 date-time.</summary>
    private static DateTimeOffset Time(string? value) => DateTimeOffset.TryParseExact(
        value, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
        ? time
        : throw new SmtpSyntaxException("HOLDUNTIL=2026-12-24T08:00:00Z");

    private static long Number(string? value, string expected) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new SmtpSyntaxException(expected);

    private static bool ReturnFull(string? value) => value?.ToUpperInvariant() switch
    {
        "FULL" => true,
        "HDRS" => false,
        _ => throw new SmtpSyntaxException("RET=FULL or RET=HDRS"),
    };

    private static string EnvelopeId(string? value) => value is { Length: > 0 and <= 100 } && Xtext.TryDecode(value, out var id)
        ? id
        : throw new SmtpSyntaxException("ENVID=xtext");
}
