using Casella.Core.Annotations;
using Casella.Core.Directory;
using Casella.Core.Filtering.Events;
using Casella.Core.Messages;
using Microsoft.Extensions.Logging;

namespace Casella.Imap;

/// <summary>What sessions are given by the server: one object for all of them.</summary>
internal sealed record ImapServices(
    Authenticator Authenticator,
    MailDirectory Directory,
    MailAccounts Accounts,
    SharedMailboxes Shared,
    AuthorizedUrls AuthorizedUrls,
    MessageStaging Staging,
    ServerAnnotations ServerAnnotations,
    TimeProvider Time,
    ImapOptions Options,
    ILogger Logger)
{
    /// <summary>Where the scripts are that run for events (RFC 6785); null when none run.</summary>
    public SieveServer? SieveServer { get; init; }
}
