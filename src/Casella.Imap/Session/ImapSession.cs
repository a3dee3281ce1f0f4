using Casella.Core.Messages;
using Casella.Imap.Syntax;
using Casella.Net.Connections;
using Casella.Net.Framing;

namespace Casella.Imap.Session;

/// <summary>
/// One IMAP connection's state: where it stands, who is signed in, what is selected, what is enabled. Commands are given it; <see cref="CommandLoop"/>
/// drives it. Used by one loop only, so nothing in it is locked.
/// </summary>
internal sealed class ImapSession
{
    private MailAccount? _account;

    public ImapSession(MailConnection connection, ImapServices services)
    {
        Connection = connection;
        Services = services;
        Writer = new ImapWriter(connection.Output);
        Framer = new CommandFramer(connection, FramerLimits.BeforeSignIn);
        Scope = new SessionScope(connection.Id);
    }

    public MailConnection Connection { get; }
    public ImapServices Services { get; }
    public ImapOptions Options => Services.Options;
    public ImapWriter Writer { get; }

    /// <summary>Exchanged at sign-in for one with larger limits.</summary>
    public CommandFramer Framer { get; private set; }

    public SessionScope Scope { get; }

    public ImapStates State { get; private set; } = ImapStates.NotAuthenticated;

    public EnabledExtensions Enabled { get; } = new();

    /// <summary>The tag of the command that runs.</summary>
    public string Tag { get; set; } = "*";

    public int FailedSignIns { get; set; }

    /// <summary>The door to the mailbox account; the command table lets no command run without that needs it.</summary>
    public MailAccount Account => _account ?? throw new InvalidOperationException("Nobody is signed in.");

    /// <summary>The selected mailbox; the command table lets no command run without that needs it.</summary>
    public MailboxView View => Selected ?? throw new InvalidOperationException("No mailbox is selected.");

    /// <summary>The selected mailbox or null.</summary>
    public MailboxView? Selected { get; private set; }

    public string Capabilities => CapabilityList.For(this);

    public void SignedIn(MailAccount account)
    {
        _account = account;
        Scope.Account = account.Address.ToString();
        State = ImapStates.Authenticated;
        Framer = new CommandFramer(Connection, FramerLimits.SignedIn);
    }

    /// <summary>The same account for a client that has told its name (ID).</summary>
    public void Rename(MailAccount account) => _account = account;

    public void Select(MailboxView view)
    {
        Selected = view;
        State = ImapStates.Selected;
    }

    public void Unselect()
    {
        Selected = null;
        if (State == ImapStates.Selected)
            State = ImapStates.Authenticated;
    }

    /// <summary>Writes BYE (RFC 9051 §7.1.5); the loop ends the session after the running command's reply.</summary>
    public void SayBye(string text)
    {
        if (State == ImapStates.Logout)
            return;
        Writer.Raw("* BYE "u8).Text(text).Crlf();
        State = ImapStates.Logout;
    }

    /// <summary>"+": the client may send on (RFC 9051 §7.6).</summary>
    public ValueTask ContinueAsync(CancellationToken cancellationToken)
    {
        Writer.Raw("+ Go on\r\n"u8);
        return Writer.FlushAsync(cancellationToken);
    }

    /// <summary>Input and output have changed beneath the session: after STARTTLS and COMPRESS.</summary>
    public void Reattach() => Writer.Attach(Connection.Output);
}
