namespace Casella.Imap.Tests.Model;

/// <summary>What a client has enabled before it selects its mailbox.</summary>
internal enum ClientKind
{
    /// <summary>RFC 3501 and no more.</summary>
    Plain,

    Condstore,
    Qresync,

    /// <summary>QRESYNC and NOTIFY with SELECTED-DELAYED: told between its commands too, but of no expunge.</summary>
    Notified,

    /// <summary>UIDONLY: has no numbers at all.</summary>
    UidOnly,
}
