using System.Globalization;
using Casella.Net.Sasl;

namespace Casella.Imap.Session;

/// <summary>
/// The capability line (RFC 9051 §6.1.1, §7.2.2). It names only what passes its tests. Extensions stand in it before
/// sign-in too: some clients read it once and never again.
/// </summary>
internal static class CapabilityList
{
    // LITERAL+ (RFC 7888) and never LITERAL-: RFC 7888 §5 forbids both together, and clients that know only one know
    // LITERAL+.
    private const string Extensions =
        "SASL-IR LITERAL+ ID ENABLE IDLE NAMESPACE UIDPLUS MOVE SPECIAL-USE LIST-EXTENDED CHILDREN UNSELECT "
        + "CONDSTORE QRESYNC QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE QUOTASET ACL RIGHTS=texk LIST-MYRIGHTS METADATA LIST-METADATA "
        + "ESEARCH SEARCH=FUZZY SEARCHRES PARTIAL WITHIN SAVEDATE LIST-STATUS STATUS=SIZE CREATE-SPECIAL-USE OBJECTID PREVIEW "
        + "SORT SORT=DISPLAY ESORT CONTEXT=SEARCH CONTEXT=SORT THREAD=ORDEREDSUBJECT THREAD=REFERENCES THREAD=REFS "
        + "MULTIAPPEND CATENATE URL-PARTIAL URLAUTH BINARY REPLACE UNAUTHENTICATE UIDONLY INPROGRESS MULTISEARCH NOTIFY UTF8=ACCEPT LANGUAGE I18NLEVEL=1";

    /// <summary>"CAPABILITY IMAP4rev1 IMAP4rev2 …" as it is after "* " and inside "[…]".</summary>
    public static string For(ImapSession session)
    {
        var appendLimit = string.Create(CultureInfo.InvariantCulture, $"APPENDLIMIT={session.Options.AppendLimit}");
        // RFC 6785 §2.1: where scripts are kept, and only when they run.
        var events = session.Services.SieveServer is { } sieve ? $" IMAPSIEVE={sieve.Url}" : "";
        var line = $"CAPABILITY IMAP4rev1 IMAP4rev2 {Extensions} {appendLimit}{events}{MessageLimit.Capability(session.Options)}";
        if (session.State != ImapStates.NotAuthenticated)
            return Shown(session.Connection.IsCompressed ? line : $"{line} COMPRESS=DEFLATE", session.Account.Policy.HiddenCapabilities);
        // RFC 3501 §6.2.3: without TLS no password is taken, and clients are told so.
        return session.Connection.IsSecure
            ? line + string.Concat(SaslExchange.Mechanisms(session.SaslPeer).Select(name => $" AUTH={name}"))
            : $"{line} STARTTLS LOGINDISABLED";
    }

    /// <summary>
    /// Without what the mailbox hides to cure a program that trips over it. That IMAP is spoken is always said.
    /// </summary>
    private static string Shown(string line, string? hidden) => hidden is null
        ? line
        : string.Join(' ', line.Split(' ').Except(
            hidden.Split((char[])[' ', ',', '\n']).Where(name => !name.StartsWith("IMAP4rev1", StringComparison.OrdinalIgnoreCase)),
            StringComparer.OrdinalIgnoreCase));
}
