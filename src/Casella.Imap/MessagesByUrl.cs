using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Submission;
using Casella.Formats.Addresses;
using Casella.Imap.Commands.Appending;

namespace Casella.Imap;

/// <summary>What a sender names by URL instead of sending it (BURL, RFC 4468).</summary>
internal sealed class MessagesByUrl(AuthorizedUrls urls, SharedMailboxes shared) : IMessagesByUrl
{
    public async Task<UrlCopy> CopyAsync(string url, EmailAddress sender, Stream destination, long most, CancellationToken cancellationToken)
    {
        if (!AuthorizedOctets.IsUrl(url))
            return UrlCopy.NotOurs;
        var reader = (sender, AccessProtocol.Submission);
        await using var named = await AuthorizedOctets.FindAsync(new UrlServices(urls, shared), url, reader, cancellationToken);
        if (named is not { HasPart: true })
            return UrlCopy.Refused;
        if (named.Count > most)
            return UrlCopy.TooLarge;
        await named.CopyToAsync(destination, cancellationToken);
        return UrlCopy.Done;
    }
}
