using Casella.Core.Directory;
using Casella.Core.Filtering.Spam;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Reporting;
using Casella.Core.Submission;
using Casella.Imap;
using Casella.ManageSieve;
using Casella.Net;
using Casella.Net.Dns;
using Casella.Pop3;
using Casella.Smtp;
using Casella.Smtp.Inbound;
using Casella.Smtp.Outbound;
using Casella.Storage;
using Casella.Web;

namespace Casella.Server.Options;

/// <summary>
/// All that must be known before the store opens. Read by <see cref="Configuration.OptionsReader"/> from casella.json,
/// the environment and the command line; the summaries of these records are the text of docs/configuration.md. Domains,
/// people and policies live in the store.
/// </summary>
public sealed record CasellaOptions
{
    /// <summary>
    /// Name of this server on the network: clients connect to it, other servers are greeted with it, the local
    /// certificate is made for it. Empty for the machine's own name.
    /// </summary>
    public string HostName { get; init; } = "";

    /// <summary>
    /// Folder of everything that is kept: accounts, queue, certificates, control socket. Made when missing, readable by
    /// its owner only. Relative to the folder casella is started in.
    /// </summary>
    public string Data { get; init; } = "data";

    public ListenersOptions Listeners { get; init; } = new();
    public TlsOptions Tls { get; init; } = new();
    public DnsOptions Dns { get; init; } = new();
    public InboundOptions Inbound { get; init; } = new();
    public SpamOptions Spam { get; init; } = new();
    public VirusOptions Virus { get; init; } = new();
    public OutboundOptions Outbound { get; init; } = new();
    public QueueOptions Queue { get; init; } = new();
    public ReportOptions Reports { get; init; } = new();
    public StorageOptions Storage { get; init; } = new();
    public MessageOptions Mailboxes { get; init; } = new();
    public OfficeOptions Office { get; init; } = new();
    public MigrationOptions Migration { get; init; } = new();
    public LimitsOptions Limits { get; init; } = new();
    public LoggingOptions Logging { get; init; } = new();
    public MetricsOptions Metrics { get; init; } = new();
}

/// <summary>
/// Where each service listens: <c>address:port</c>, or <c>off</c>. <c>*</c> is every address of the machine; port 0
/// lets the system choose. Where ports below 1024 may not be bound, they all move up by 10000 and the start table says
/// so.
/// </summary>
public sealed record ListenersOptions
{
    /// <summary>Mail from other servers (MX), STARTTLS.</summary>
    public ListenerAddress Smtp { get; init; } = ListenerAddress.Any(25);

    /// <summary>Mail from our users, STARTTLS.</summary>
    public ListenerAddress Submission { get; init; } = ListenerAddress.Any(587);

    /// <summary>Mail from our users, TLS from the first byte (RFC 8314): what the announced settings say.</summary>
    public ListenerAddress Submissions { get; init; } = ListenerAddress.Any(465);

    /// <summary>IMAP, STARTTLS.</summary>
    public ListenerAddress Imap { get; init; } = ListenerAddress.Any(143);

    /// <summary>IMAP, TLS from the first byte: what the announced settings say.</summary>
    public ListenerAddress Imaps { get; init; } = ListenerAddress.Any(993);

    /// <summary>POP3, STLS.</summary>
    public ListenerAddress Pop3 { get; init; } = ListenerAddress.Any(110);

    /// <summary>POP3, TLS from the first byte.</summary>
    public ListenerAddress Pop3s { get; init; } = ListenerAddress.Any(995);

    /// <summary>ManageSieve: programs that edit filters, STARTTLS.</summary>
    public ListenerAddress ManageSieve { get; init; } = ListenerAddress.Any(4190);

    /// <summary>
    /// The webmail without TLS: leads to HTTPS, and serves only who is on the machine itself.
    /// </summary>
    public ListenerAddress Http { get; init; } = ListenerAddress.Any(80);

    /// <summary>The webmail.</summary>
    public ListenerAddress Https { get; init; } = ListenerAddress.Any(443);

    /// <summary>
    /// Figures for Prometheus (<c>/metrics</c>), without TLS and for whoever asks: best on <c>127.0.0.1:9464</c>. Whether the
    /// service lives (<c>/health/live</c>) and takes mail (<c>/health/ready</c>) is answered here and by the webmail.
    /// </summary>
    public ListenerAddress Metrics { get; init; } = ListenerAddress.Off;
}

/// <summary>
/// A certificate from outside, given as files or fetched by casella itself (<c>Tls:Acme</c>). Without one, casella makes a
/// certificate authority of its own in <c>tls/</c> of the data folder; clients may trust its <c>ca.pem</c>. New files are
/// used within a minute, without a restart.
/// </summary>
public sealed record TlsOptions
{
    /// <summary>
    /// PEM file with the server's certificate first, then the intermediate ones ("fullchain.pem"). Empty for the local
    /// authority.
    /// </summary>
    public string Certificate { get; init; } = "";

    /// <summary>PEM file with the certificate's private key, unencrypted.</summary>
    public string Key { get; init; } = "";

    /// <summary>
    /// PEM file with the authorities whose certificates clients may sign in with instead of a password (SASL EXTERNAL).
    /// Clients are asked for one only when this is set, and need not have one. Each certificate belongs to a device
    /// (<c>casella device add … --certificate FILE</c>), has the mailbox's address in its subjectAltName, and ends when the device
    /// is revoked.
    /// </summary>
    public string ClientCertificates { get; init; } = "";

    /// <summary>
    /// Folder with certificates for other names of this server: of each the PEM files <c>NAME.pem</c> (certificate and
    /// intermediate ones) and <c>NAME.key</c>. A client is shown the one that has the name it connects to (SNI). Empty for
    /// none.
    /// </summary>
    public string Others { get; init; } = "";

    public AcmeOptions Acme { get; init; } = new();
}

/// <summary>Who answers when somebody needs help.</summary>
public sealed record OfficeOptions
{
    /// <summary>
    /// Address of the office on the public help page, hidden there from programs that collect addresses. Empty for
    /// none.
    /// </summary>
    public string Contact { get; init; } = "";

    /// <summary>
    /// Address that is told by mail when something will stop the service one day: a certificate that ends, a disk or a
    /// mailbox that fills, mail that does not get out, a backup that is old. The same thing is told once a day at most.
    /// Empty for <c>Contact</c>; off for nobody.
    /// </summary>
    public string Alerts { get; init; } = "";
}

/// <summary>
/// What any one client or stranger may cost. Sizes take KB, MB, GB (1024 each); times take s, m, h, d.
/// </summary>
public sealed record LimitsOptions
{
    [Inline]
    public NetOptions Net { get; init; } = new();

    /// <summary>
    /// Room on the disk below which no new mail is taken: senders are told to try again later, deleting and reading go on.
    /// A disk that is full to the last block stops everything.
    /// </summary>
    public long MinimumFreeDisk { get; init; } = 256L * 1024 * 1024;

    public SignInOptions SignIn { get; init; } = new();
    public ImapOptions Imap { get; init; } = new();
    public Pop3Options Pop3 { get; init; } = new();
    public SubmissionOptions Submission { get; init; } = new();
    public SmtpOptions Smtp { get; init; } = new();
    public ManageSieveOptions ManageSieve { get; init; } = new();
    public WebOptions Web { get; init; } = new();
}

/// <summary>
/// The log goes to standard error; under systemd to the journal with its levels. It holds no passwords and no contents
/// of mail.
/// </summary>
public sealed record LoggingOptions
{
    /// <summary>
    /// Least important level that is written: Trace, Debug, Information, Warning, Error, Critical or None.
    /// </summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>
    /// Level of single rooms as <c>Room=Level</c>, separated by commas, for example <c>Imap=Debug,Net=Warning</c>.
    /// Rooms: Core, Storage, Net, Imap, Pop3, Smtp, ManageSieve, Web, Server.
    /// </summary>
    public string Rooms { get; init; } = "";

    /// <summary>
    /// Auto, Text, Json (one object a line, for log collectors) or Systemd. Auto is Systemd under systemd and Text
    /// elsewhere.
    /// </summary>
    public LogFormat Format { get; init; } = LogFormat.Auto;
}

public enum LogFormat { Auto, Text, Json, Systemd }

/// <summary>The members of this property's type stand directly in its owner's section.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InlineAttribute : Attribute;
