namespace Casella.Imap.Session;

/// <summary>
/// States of a connection (RFC 9051 §3). As flags, so that a row of the command table can name several.
/// </summary>
[Flags]
internal enum ImapStates
{
    None = 0,
    NotAuthenticated = 1,
    Authenticated = 2,
    Selected = 4,
    Logout = 8,

    /// <summary>command-auth of the grammar: valid once signed in, with or without a selected mailbox.</summary>
    SignedIn = Authenticated | Selected,

    /// <summary>command-any of the grammar.</summary>
    Any = NotAuthenticated | SignedIn,
}
