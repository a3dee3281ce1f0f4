using System.Diagnostics.CodeAnalysis;
using Casella.Smtp.Commands;
using Casella.Smtp.Session;
using Casella.Smtp.Syntax;

namespace Casella.Smtp;

internal delegate SmtpCommand ParseArguments(ref SmtpParser parser);

/// <summary>One row: what a command is called, on which ports and when it is allowed, how its arguments read.</summary>
internal sealed record SmtpCommandRow(string Name, SmtpStates States, ParseArguments Parse, SmtpRole? OnlyFor = null);

/// <summary>All commands, one table. To add one: a file in Commands/, a row here, a transcript.</summary>
internal static class SmtpCommands
{
    private static readonly SmtpCommandRow[] Rows =
    [
        new("EHLO", SmtpStates.Any, Ehlo.Parse),                                        // RFC 5321 §4.1.1.1
        new("HELO", SmtpStates.Any, Helo.Parse),                                        // RFC 5321 §4.1.1.1
        new("STARTTLS", SmtpStates.Any, StartTls.Parse),                                // RFC 3207 §4
        new("AUTH", SmtpStates.Greeted, Auth.Parse, SmtpRole.Submission),               // RFC 4954 §4
        new("MAIL", SmtpStates.Greeted, Mail.Parse),                                    // RFC 5321 §4.1.1.2
        new("RCPT", SmtpStates.HasSender | SmtpStates.HasRecipients, Rcpt.Parse),       // RFC 5321 §4.1.1.3
        new("DATA", SmtpStates.HasSender | SmtpStates.HasRecipients, Data.Parse),       // RFC 5321 §4.1.1.4
        new("BDAT", SmtpStates.Any, Bdat.Parse),                                        // RFC 3030 §2: the chunk is read in every state
        new("BURL", SmtpStates.HasSender | SmtpStates.HasRecipients, Burl.Parse, SmtpRole.Submission),   // RFC 4468 §3.1
        new("RSET", SmtpStates.Any, Rset.Parse),                                        // RFC 5321 §4.1.1.5
        new("VRFY", SmtpStates.Any, Vrfy.Parse),                                        // RFC 5321 §4.1.1.6
        new("EXPN", SmtpStates.Any, Expn.Parse),                                        // RFC 5321 §4.1.1.7
        new("HELP", SmtpStates.Any, Help.Parse),                                        // RFC 5321 §4.1.1.8
        new("NOOP", SmtpStates.Any, Noop.Parse),                                        // RFC 5321 §4.1.1.9
        new("QUIT", SmtpStates.Any, Quit.Parse),                                        // RFC 5321 §4.1.1.10
    ];

    /// <summary>Verbs are case-insensitive (RFC 5321 §2.4).</summary>
    public static bool TryFind(string name, SmtpRole role, [NotNullWhen(true)] out SmtpCommandRow? row)
    {
        row = Array.Find(Rows, r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase) && (r.OnlyFor ?? role) == role);
        return row is not null;
    }
}
