using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Text;
using Casella.Core.Queue;
using Casella.Core.Submission;
using Casella.Net.Framing;

namespace Casella.Smtp.Outbound;

/// <summary>
/// The client side of RFC 5321 with one server: greeting, EHLO, STARTTLS (RFC 3207), sign-in at a smart host, then
/// messages. Made by <see cref="OutboundTransport"/>.
/// </summary>
internal sealed class RemoteServer : IAsyncDisposable
{
    private const int Piece = 16 * 1024;

    private readonly RemoteConnection _connection;
    private readonly OutboundOptions _options;
    private readonly string _hostName;
    private HashSet<string> _extensions = new(StringComparer.OrdinalIgnoreCase);
    private long? _maxSize;

    private RemoteServer(RemoteConnection connection, OutboundOptions options, string hostName) =>
        (_connection, _options, _hostName) = (connection, options, hostName);

    /// <summary>Connects and greets.</summary>
    /// <exception cref="RemoteFailureException"/>
    public static async Task<RemoteServer> ConnectAsync(
        IPEndPoint address, OutboundOptions options, string hostName, CancellationToken cancellationToken)
    {
        var server = new RemoteServer(await RemoteConnection.OpenAsync(address, options.ConnectTime, cancellationToken), options, hostName);
        try
        {
            Require(await server._connection.ReplyAsync(options.CommandTime, cancellationToken));
            await server.GreetAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public bool OffersTls => _extensions.Contains("STARTTLS") && !_connection.IsSecure;

    public bool IsSecure => _connection.IsSecure;

    /// <summary>Its name as it said it in the answer to EHLO; empty for one that said none.</summary>
    public string Name { get; private set; } = "";

    /// <summary>REQUIRETLS under TLS (RFC 8689): it will hand the message on no other way.</summary>
    public bool PromisesTls => _connection.IsSecure && _extensions.Contains("REQUIRETLS");

    /// <exception cref="RemoteFailureException">Also when the certificate does not come up to what was asked.</exception>
    public async Task StartTlsAsync(SslClientAuthenticationOptions tls, CancellationToken cancellationToken)
    {
        Require(await CommandAsync("STARTTLS", cancellationToken));
        await _connection.StartTlsAsync(tls, _options.CommandTime, cancellationToken);
        await GreetAsync(cancellationToken);
    }

    /// <summary>AUTH PLAIN (RFC 4954, RFC 4616).</summary>
    /// <exception cref="RemoteFailureException"/>
    public async Task SignInAsync(string userName, string password, CancellationToken cancellationToken)
    {
        var response = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{userName}\0{password}"));
        var reply = await CommandAsync($"AUTH PLAIN {response}", cancellationToken);
        if (!reply.IsPositive)
            throw new RemoteFailureException("4.7.8", $"The smart host refused the sign-in: {reply}");
    }

    /// <summary>RSET: whether it is still there, with nothing left of the last message.</summary>
    public async Task<bool> ResetAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await CommandAsync("RSET", cancellationToken)).IsPositive;
        }
        catch (RemoteFailureException)
        {
            return false;   // it has hung up meanwhile, as it may
        }
    }

    /// <summary>One message; the fates in the order of the recipients.</summary>
    /// <exception cref="RemoteFailureException">The connection broke: nothing is known of the message.</exception>
    public async Task<IReadOnlyList<RecipientFate>> SendAsync(OutboundMail mail, string server, CancellationToken cancellationToken)
    {
        var needsUtf8 = mail.ReversePath is { IsAscii: false } || mail.Recipients.Any(recipient => !recipient.Address.IsAscii);
        if (needsUtf8 && !_extensions.Contains("SMTPUTF8"))
            return All(mail, new RecipientFate(FateKind.Failed, "5.6.7", "The server does not take addresses beyond ASCII", server));
        if (_maxSize is > 0 and var limit && mail.Content.Size > limit)
            return All(mail, new RecipientFate(FateKind.Failed, "5.3.4", string.Create(CultureInfo.InvariantCulture, $"The server takes messages of at most {limit} octets"), server));

        var sender = await CommandAsync(MailCommand(mail, needsUtf8), cancellationToken);
        if (!sender.IsPositive)
            return All(mail, Fate(sender, server));
        var replies = new List<RemoteReply>();
        foreach (var recipient in mail.Recipients)
            replies.Add(await CommandAsync(RcptCommand(recipient), cancellationToken));
        var content = replies.Exists(reply => reply.IsPositive) ? await SendContentAsync(mail, cancellationToken) : null;
        return [.. replies.Select(reply => Fate(reply.IsPositive ? content! : reply, server))];
    }

    /// <summary>Says goodbye; whether the other hears it matters to nobody.</summary>
    public async ValueTask DisposeAsync()
    {
        await CommandAsync("QUIT", TimeSpan.FromSeconds(2), CancellationToken.None).ContinueWith(
            static goodbye => _ = goodbye.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await _connection.DisposeAsync();
    }

    /// <summary>EHLO, and HELO for servers of 1982 (RFC 5321 §3.2).</summary>
    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        var reply = await CommandAsync($"EHLO {_hostName}", cancellationToken);
        _extensions = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        _maxSize = null;
        if (!reply.IsPositive)
        {
            Require(await CommandAsync($"HELO {_hostName}", cancellationToken));
            return;
        }

        Name = reply.Lines[0].Split(' ')[0];
        foreach (var line in reply.Lines.Skip(1))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
                continue;
            _extensions.Add(words[0]);
            if (words is [var name, var size, ..] && name.Equals("SIZE", StringComparison.OrdinalIgnoreCase)
                && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var octets))
                _maxSize = octets;
        }
    }

    private async Task<RemoteReply> SendContentAsync(OutboundMail mail, CancellationToken cancellationToken)
    {
        var go = await CommandAsync("DATA", cancellationToken);
        if (go.Code != 354)
            return go.IsPositive ? throw new RemoteFailureException("4.5.0", $"The server answered DATA with {go}") : go;
        var writer = new DotStuffedWriter(_connection.Output);
        await using var content = mail.Content.OpenRead();
        var piece = new byte[Piece];
        for (var read = await content.ReadAsync(piece, cancellationToken); read > 0; read = await content.ReadAsync(piece, cancellationToken))
        {
            writer.Write(piece.AsSpan(0, read));
            await _connection.FlushAsync(_options.CommandTime, cancellationToken);
        }

        writer.Complete();
        await _connection.FlushAsync(_options.CommandTime, cancellationToken);
        return await _connection.ReplyAsync(_options.MessageTime, cancellationToken);
    }

    private string MailCommand(OutboundMail mail, bool needsUtf8)
    {
        var command = new StringBuilder($"MAIL FROM:<{mail.ReversePath?.ToWire()}>");
        if (_extensions.Contains("SIZE"))
            command.Append(CultureInfo.InvariantCulture, $" SIZE={mail.Content.Size}");
        if (_extensions.Contains("8BITMIME"))
            command.Append(" BODY=8BITMIME");
        if (needsUtf8)
            command.Append(" SMTPUTF8");
        if (mail.Security is TransportSecurity.Required && PromisesTls)
            command.Append(" REQUIRETLS");
        // RFC 3461 §5.2.1: passed on to a server that understands.
        if (_extensions.Contains("DSN"))
        {
            if (mail.ReturnFull is { } full)
                command.Append(full ? " RET=FULL" : " RET=HDRS");
            if (mail.EnvelopeId is { } id)
                command.Append(" ENVID=").Append(Xtext(id));
        }

        return command.ToString();
    }

    private string RcptCommand(SubmissionRecipient recipient)
    {
        var command = new StringBuilder($"RCPT TO:<{recipient.Address.ToWire()}>");
        if (!_extensions.Contains("DSN"))
            return command.ToString();
        if (recipient.Notify is { } notify)
            command.Append(" NOTIFY=").Append(notify == DsnNotify.Never ? "NEVER" : notify.ToString().ToUpperInvariant().Replace(" ", "", StringComparison.Ordinal));
        if (recipient.OriginalRecipient is { } original)
            command.Append(" ORCPT=").Append(original[..(original.IndexOf(';', StringComparison.Ordinal) + 1)]).Append(Xtext(original[(original.IndexOf(';', StringComparison.Ordinal) + 1)..]));
        return command.ToString();
    }

    private Task<RemoteReply> CommandAsync(string line, CancellationToken cancellationToken) => CommandAsync(line, _options.CommandTime, cancellationToken);

    private async Task<RemoteReply> CommandAsync(string line, TimeSpan atMost, CancellationToken cancellationToken)
    {
        _connection.Write(line);
        await _connection.FlushAsync(atMost, cancellationToken);
        return await _connection.ReplyAsync(atMost, cancellationToken);
    }

    private RecipientFate Fate(RemoteReply reply, string server) => new(
        reply.IsPositive ? FateKind.Delivered : reply.IsPermanent ? FateKind.Failed : FateKind.Deferred,
        reply.Status, reply.ToString(), server, DsnPassedOn: reply.IsPositive && _extensions.Contains("DSN"));

    private static IReadOnlyList<RecipientFate> All(OutboundMail mail, RecipientFate fate) => [.. mail.Recipients.Select(_ => fate)];

    private static void Require(RemoteReply reply)
    {
        if (!reply.IsPositive)
            throw new RemoteFailureException(reply.IsPermanent ? $"4{reply.Status[1..]}" : reply.Status, reply.ToString());
    }

    /// <summary>xtext (RFC 3461 §4).</summary>
    private static string Xtext(string text) => string.Concat(text.Select(c =>
        c is '+' or '=' or < '!' or > '~' ? string.Create(CultureInfo.InvariantCulture, $"+{(int)c:X2}") : c.ToString()));
}
