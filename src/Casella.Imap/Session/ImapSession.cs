using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Imap.Syntax;
using Casella.Net.Connections;
using Casella.Net.Framing;
using Casella.Net.Sasl;

namespace Casella.Imap.Session;

/// <summary>
/// One IMAP connection's state: where it stands, who is signed in, what is selected, what is enabled. Commands are
/// given it; <see cref="CommandLoop"/> drives it. Used by one loop only, so nothing in it is locked.
/// </summary>
internal sealed class ImapSession : IDisposable
{
    private MailAccount? _account;
    private LiveSession? _live;
    private Func<CancellationToken, Task>? _afterReply;

    public ImapSession(MailConnection connection, ImapServices services)
    {
        Connection = connection;
        Services = services;
        Writer = new ImapWriter(connection.Output);
        Framer = new CommandFramer(connection, FramerLimits.BeforeSignIn);
        Scope = new SessionScope(connection.Id);
        SignInBegan = services.Time.GetTimestamp();
    }

    public MailConnection Connection { get; }
    public ImapServices Services { get; }
    public SaslPeer SaslPeer => new(Connection, Services.Authenticator, AccessProtocol.Imap);
    public ImapOptions Options => Services.Options;
    public ImapWriter Writer { get; }

    public CommandFramer Framer { get; }

    /// <summary>Ends waiting for the client, in an orderly stop too; set by the loop.</summary>
    public CancellationToken Reading { get; set; }

    public SessionScope Scope { get; }

    public ImapStates State { get; private set; } = ImapStates.NotAuthenticated;

    public EnabledExtensions Enabled { get; private set; } = new();

    /// <summary>The language that people are spoken to in.</summary>
    public Words Words { get; set; } = Words.Default;

    /// <summary>The tag of the command that runs.</summary>
    public string Tag { get; set; } = "*";

    public int FailedSignIns { get; set; }

    /// <summary>When the time for signing in began to run: at the beginning, and anew after UNAUTHENTICATE.</summary>
    public long SignInBegan { get; private set; }

    /// <summary>
    /// The door to the mailbox account that was signed in to; what is done in the selected mailbox goes through
    /// <see cref="MailboxView.Account"/>. The command table lets no command run without that needs it.
    /// </summary>
    public MailAccount Account => _account ?? throw new InvalidOperationException("Nobody is signed in.");

    /// <summary>The selected mailbox; the command table lets no command run without that needs it.</summary>
    public MailboxView View => Selected ?? throw new InvalidOperationException("No mailbox is selected.");

    /// <summary>
    /// Whether a message is shown with \Recent, which IMAP4rev2 does not know (RFC 9051 appendix E, 12).
    /// </summary>
    public bool ShowsRecent(Uid uid) => !Enabled.Imap4Rev2 && View.IsRecent(uid);

    /// <summary>What NOTIFY has asked for; null until it is used.</summary>
    public Watch? Watch { get; private set; }

    /// <summary>From now on these events are told, and no others (RFC 5465 §3.1).</summary>
    public void SetWatch(Watch? watch)
    {
        Watch?.Dispose();
        Watch = watch;
        FollowAnnotations();
    }

    /// <summary>The selected mailbox or null.</summary>
    public MailboxView? Selected { get; private set; }

    public string Capabilities => CapabilityList.For(this);

    /// <summary>What the client calls itself (ID, RFC 2971), or null.</summary>
    public string? ClientName { get; private set; }

    /// <summary>Who signed in; null before.</summary>
    public SignedIn? Who => _live?.Who;

    public void SignedIn(SignedIn who, MailAccount account)
    {
        _live = Services.Authenticator.Enter(who, Connection.Remote.Address, Connection.End, Connection.CountTraffic);
        _live.Client = ClientName;
        _account = account.As(account.Actor with { Client = ClientName, Session = new object() });
        Scope.Account = account.Address.ToString();
        State = ImapStates.Authenticated;
        Framer.Limits = FramerLimits.SignedIn;
    }

    /// <summary>Everything is as it was before sign-in (RFC 8437 §3, §4.1), but for TLS and what ID said.</summary>
    public void SignOut()
    {
        Unselect();
        Leave();
        _account = null;
        Scope.Account = null;
        Enabled = new EnabledExtensions();
        Writer.HasUtf8Names = false;
        Words = Words.Default;
        State = ImapStates.NotAuthenticated;
        Framer.Limits = FramerLimits.BeforeSignIn;
        SignInBegan = Services.Time.GetTimestamp();
    }

    /// <summary>
    /// Switches CONDSTORE on. RFC 7162 §3.1: the first command that does so in a session with a mailbox selected is
    /// told HIGHESTMODSEQ.
    /// </summary>
    public void EnableCondstore()
    {
        if (Enabled.Condstore)
            return;
        Enabled.EnableCondstore();
        if (Selected is { } view)
            Writer.HighestModSeq(view.ToldModSeq, "Highest");
    }

    /// <summary>From now on no message has a number, in the mailbox that is selected either (RFC 9586).</summary>
    public void EnableUidOnly()
    {
        Enabled.EnableUidOnly();
        if (Selected is { } view)
            view.IsUidOnly = true;
    }

    /// <summary>
    /// Others' changes of annotations that wait to be told; null unless METADATA is enabled or NOTIFY has asked for them.
    /// </summary>
    public AnnotationWatch? Annotations { get; private set; }

    /// <summary>From now on others' changes of annotations are told (RFC 5464 §4.1).</summary>
    public void EnableMetadata()
    {
        Enabled.EnableMetadata();
        FollowAnnotations();
    }

    private void FollowAnnotations()
    {
        if (Enabled.Metadata || Watch?.TellsAnnotations == true)
        {
            Annotations ??= new AnnotationWatch(Account);
            Annotations.Signal = Watch?.Signal;
            return;
        }
        Annotations?.Dispose();
        Annotations = null;
    }

    /// <summary>From now on every change says which program made it.</summary>
    public void SetClientName(string name)
    {
        ClientName = name;
        _account = _account?.As(_account.Actor with { Client = name });
        Selected?.SetClientName(name);
        if (_live is not null)
            _live.Client = name;
    }

    /// <summary>Keeps the program's name with the device, once both are known.</summary>
    public Task NoteClientAsync(CancellationToken cancellationToken) => ClientName is { } name && Who is { } who
        ? Services.Authenticator.NoteClientAsync(who, Connection.Remote.Address, name, cancellationToken)
        : Task.CompletedTask;

    public void Select(MailboxView view)
    {
        view.IsUidOnly = Enabled.UidOnly;
        Selected = view;
        State = ImapStates.Selected;
        Watch?.Follow(this);
    }

    public void Unselect()
    {
        if (Selected is not null)
        {
            Selected = null;
            Watch?.Follow(this);
        }
        if (State == ImapStates.Selected)
            State = ImapStates.Authenticated;
    }

    /// <summary>Writes BYE (RFC 9051 §7.1.5); the loop ends the session after the running command's reply.</summary>
    public void SayBye(string text)
    {
        if (State == ImapStates.Logout)
            return;
        Writer.Raw("* BYE "u8).Utf8Text(Words.Of(text)).Crlf();
        State = ImapStates.Logout;
    }

    /// <summary>Something to do once the tagged reply has been sent: TLS and compression begin behind it.</summary>
    public void AfterReply(Func<CancellationToken, Task> action) => _afterReply = action;

    /// <summary>Sends what is written and does what was to be done after it.</summary>
    public async Task FinishReplyAsync(CancellationToken cancellationToken)
    {
        await Writer.FlushAsync(cancellationToken);
        if (_afterReply is not { } action)
            return;
        _afterReply = null;
        await action(cancellationToken);
    }

    /// <summary>Input and output have changed beneath the session: after STARTTLS and COMPRESS.</summary>
    public void Reattach() => Writer.Attach(Connection.Output);

    /// <summary>The session is over, however it ended.</summary>
    public void Dispose() => Leave();

    /// <summary>Nobody is signed in here any more: neither told of changes nor counted among the device's sessions.</summary>
    private void Leave()
    {
        SetWatch(null);
        Annotations?.Dispose();
        _live?.Dispose();
        (Annotations, _live) = (null, null);
    }

    /// <summary>TLS has begun: nothing that was said before it counts (RFC 9051 §6.2.1).</summary>
    public void ForgetPlainText()
    {
        ClientName = null;
        Words = Words.Default;
        Reattach();
    }
}
