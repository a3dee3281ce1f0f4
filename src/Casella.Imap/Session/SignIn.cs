using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Directory;

namespace Casella.Imap.Session;

/// <summary>
/// The common end of LOGIN and AUTHENTICATE: asks Core whether the password is right and opens the account.
/// </summary>
internal static class SignIn
{
    /// <summary>
    /// RFC 9051 §6.2.3, RFC 5530 PRIVACYREQUIRED: a password that came in clear text is not even looked at.
    /// </summary>
    public static ImapReply PrivacyRequired { get; } = ImapReply.No("Start TLS before you send a password", "PRIVACYREQUIRED");

    public static ValueTask<ImapReply> RunAsync(ImapSession session, string userName, string password, CancellationToken cancellationToken)
    {
        var remote = session.Connection.Remote.Address;
        if (!session.Connection.IsSecure)
            session.Services.Authenticator.NoteWithoutTls(userName, AccessProtocol.Imap, remote);
        var attempt = new SignInAttempt(userName, password, AccessProtocol.Imap, remote);
        return RunAsync(session, async () => await session.Services.Authenticator.SignInAsync(attempt, cancellationToken), cancellationToken);
    }

    /// <param name="check">Who signs in; null when the client gave up.</param>
    public static async ValueTask<ImapReply> RunAsync(ImapSession session, Func<Task<SignedIn?>> check, CancellationToken cancellationToken)
    {
        if (!session.Connection.IsSecure)
            return PrivacyRequired;
        try
        {
            if (await check() is not { } signedIn)
                return ImapReply.Bad("Cancelled");
            var account = await session.Services.Accounts.OpenAsync(signedIn, cancellationToken);
            session.SignedIn(signedIn, account);
            await session.NoteClientAsync(cancellationToken);
            Log.SignedIn(session.Services.Logger, signedIn.Address.ToString(), signedIn.Actor.Name);
            return ImapReply.Ok("Signed in", session.Capabilities);
        }
        catch (MailException e) when (e.Error is MailError.SignInFailed or MailError.TooManySignIns)
        {
            Log.SignInFailed(session.Services.Logger, session.Connection.Remote.Address, e.Error);
            if (++session.FailedSignIns >= session.Options.MaxFailedSignIns)
                session.SayBye("Too many failed sign-ins");
            return Errors.Reply(e.Error);
        }
    }
}
