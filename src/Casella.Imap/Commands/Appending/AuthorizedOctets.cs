using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Formats.Addresses;
using Casella.Formats.Urls;
using Casella.Imap.Session;

namespace Casella.Imap.Commands.Appending;

/// <summary>Finds what a URL names that somebody has authorized (RFC 4467 §6), with that person's names and rights.</summary>
internal static class AuthorizedOctets
{
    public const string Internal = "INTERNAL";

    /// <summary>Whether a text is an authorized URL, good or not.</summary>
    public static bool IsUrl(string text) => Read(text) is not null;

    /// <param name="reader">Who has signed in, and how: to send, by submission.</param>
    /// <returns>Null for what may not be read, and for what is not there.</returns>
    /// <exception cref="MailException">Unavailable, Damaged.</exception>
    public static async ValueTask<NamedOctets?> FindAsync(
        UrlServices services, string text, (EmailAddress Address, AccessProtocol Protocol) reader, CancellationToken cancellationToken)
    {
        if (Read(text) is not { Server.User: { } owner, Mailbox: { } mailbox, Access: { Token: { } hex, Mechanism: { } mechanism } access } url
            || UrlToken.Parse(hex) is not { } token)
            return null;
        var isAdmitted = services.Urls.Admits(access, reader.Address, reader.Protocol is AccessProtocol.Submission);
        if (await services.Urls.OpenAsync(owner, token, reader.Protocol, cancellationToken) is not { } door)
            return null;
        var place = await FindAsync(services.Shared, door, mailbox, cancellationToken);
        // RFC 4467 §6: the rump as it was written.
        var rump = text[..^(hex.Length + mechanism.Length + 2)];
        var isRight = await (place?.Account ?? door).AccessKeys.VerifyAsync(place?.Mailbox, rump, token, cancellationToken);
        return isRight && isAdmitted ? await NamedOctets.OpenAsync(place!.Value, url, cancellationToken) : null;
    }

    private static ImapUrl? Read(string text) =>
        ImapUrl.TryParse(text, out var url) && url is { Server.User: not null, Mailbox: not null, Access: { Mechanism: Internal, Token: not null } }
            ? url
            : null;

    /// <summary>By the names of who has authorized the URL.</summary>
    private static async ValueTask<MailboxAt?> FindAsync(
        SharedMailboxes shared, MailAccount door, string mailbox, CancellationToken cancellationToken)
    {
        try
        {
            return (await MailboxLookup.FindSelectableAsync(shared, door, mailbox, cancellationToken)).At;
        }
        catch (MailException e) when (e.Error is MailError.NoSuchMailbox or MailError.MailboxNotSelectable or MailError.NoSuchAddress)
        {
            return null;
        }
    }
}

/// <summary>What is asked about URLs.</summary>
internal readonly record struct UrlServices(AuthorizedUrls Urls, SharedMailboxes Shared);
