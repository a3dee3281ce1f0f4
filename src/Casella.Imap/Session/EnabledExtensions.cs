namespace Casella.Imap.Session;

/// <summary>
/// What the client has switched on with ENABLE (RFC 5161) or by using it (RFC 7162 §3.1). Nothing is ever switched off.
/// </summary>
internal sealed class EnabledExtensions
{
    /// <summary>MODSEQ goes into every FETCH response that tells of changed flags (RFC 7162 §3.1).</summary>
    public bool Condstore { get; private set; }

    /// <summary>VANISHED replaces EXPUNGE.</summary>
    public bool Qresync { get; private set; }

    /// <summary>UTF8=ACCEPT (RFC 6855 §3): UTF-8 in quoted strings and mailbox names.</summary>
    public bool Utf8Accept { get; private set; }

    /// <summary>IMAP4rev2 (RFC 9051 appendix A): ESEARCH for SEARCH, LIST with SELECT, nothing recent.</summary>
    public bool Imap4Rev2 { get; private set; }

    /// <summary>Annotations that others change are told (RFC 5464 §4.1).</summary>
    public bool Metadata { get; private set; }

    /// <summary>Messages are named by their UIDs only (RFC 9586).</summary>
    public bool UidOnly { get; private set; }

    /// <summary>Names of mailboxes are UTF-8 on the wire, both ways, and not modified UTF-7.</summary>
    public bool Utf8Names => Utf8Accept || Imap4Rev2;

    public void EnableUtf8Accept() => Utf8Accept = true;

    public void EnableImap4Rev2() => Imap4Rev2 = true;

    public void EnableUidOnly() => UidOnly = true;

    public void EnableMetadata() => Metadata = true;

    public void EnableCondstore() => Condstore = true;

    /// <summary>RFC 7162 §3.2.3: QRESYNC brings CONDSTORE with it.</summary>
    public void EnableQresync() => Condstore = Qresync = true;
}
