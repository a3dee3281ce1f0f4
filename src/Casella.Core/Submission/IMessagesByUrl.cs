using Casella.Formats.Addresses;

namespace Casella.Core.Submission;

/// <summary>
/// What authorized URLs of messages here name (RFC 4467), for a mail that is put together of it (BURL, RFC 4468). The
/// IMAP room answers, which knows what a section is; the submission port asks.
/// </summary>
public interface IMessagesByUrl
{
    /// <summary>Copies the octets; nothing unless the outcome is <see cref="UrlCopy.Done"/>.</summary>
    /// <param name="sender">Who has signed in to send: a URL with "submit+" is for one sender only.</param>
    /// <param name="most">Octets.</param>
    /// <exception cref="MailException">Unavailable, Damaged.</exception>
    Task<UrlCopy> CopyAsync(string url, EmailAddress sender, Stream destination, long most, CancellationToken cancellationToken);
}

public enum UrlCopy
{
    Done,
    /// <summary>No authorized URL at all, so it is of somewhere else.</summary>
    NotOurs,
    /// <summary>Not authorized (any more), for somebody else, or for what is not there: nobody is told which.</summary>
    Refused,
    TooLarge,
}
