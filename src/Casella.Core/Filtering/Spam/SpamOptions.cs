using System.ComponentModel.DataAnnotations;

namespace Casella.Core.Filtering.Spam;

/// <summary>
/// How mail from other servers is told from SPAM. Each sign adds points or takes some away; the sum decides. What comes
/// from <c>Inbound:TrustedNetworks</c> or from our own users is not looked at. Bound from <c>Spam</c>.
/// </summary>
public sealed record SpamOptions
{
    /// <summary>
    /// Who gives the points: Builtin (the server itself), Rspamd (a rspamd of yours beside it; while that is silent the
    /// server itself), or Off.
    /// </summary>
    public SpamEngine Engine { get; init; } = SpamEngine.Builtin;

    /// <summary>
    /// From so many points on a message is marked (<c>X-Spam-Flag: YES</c>) and still comes into the inbox.
    /// </summary>
    [Range(1, 1_000)]
    public int TagOver { get; init; } = 4;

    /// <summary>
    /// From so many points on a message goes into SPAM, unless the mailbox's own filter says where it belongs.
    /// </summary>
    [Range(1, 1_000)]
    public int FileOver { get; init; } = 6;

    /// <summary>
    /// From so many points on a message is refused while the sender's server still listens; its text says why, so that
    /// somebody who is taken for a spammer hears of it.
    /// </summary>
    [Range(1, 10_000)]
    public int RefuseOver { get; init; } = 15;

    /// <summary>
    /// Do mailboxes learn from what their members move into SPAM and out of it, and whom they answer?
    /// </summary>
    public bool Learn { get; init; } = true;

    /// <summary>
    /// Words that one mailbox remembers, as hashes of 40 bytes; beyond, those go that were not seen for longest.
    /// </summary>
    [Range(1_000, 10_000_000)]
    public int MailboxWords { get; init; } = 100_000;

    /// <summary>The same for what all mailboxes of a domain have learnt together.</summary>
    [Range(1_000, 100_000_000)]
    public int DomainWords { get; init; } = 500_000;

    public RspamdOptions Rspamd { get; init; } = new();

    /// <summary>What is wrong with the options, in words; null when nothing is.</summary>
    public static string? Problem(SpamOptions options)
    {
        if (options.TagOver > options.FileOver || options.FileOver > options.RefuseOver)
            return $"Spam: TagOver ({options.TagOver}), FileOver ({options.FileOver}) and RefuseOver ({options.RefuseOver}) must rise in this order";
        foreach (var (name, address) in new[] { ("Worker", options.Rspamd.Worker), ("Controller", options.Rspamd.Controller) })
            if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
                return $"Spam:Rspamd:{name}: \"{address}\" is not an address such as http://127.0.0.1:11333";
        return null;
    }
}

/// <summary>Where rspamd is, for <c>Spam:Engine</c> = Rspamd.</summary>
public sealed record RspamdOptions
{
    /// <summary>Its normal worker, which is asked about mail.</summary>
    public string Worker { get; init; } = "http://127.0.0.1:11333";

    /// <summary>Its controller, which is told what members move into SPAM and out of it.</summary>
    public string Controller { get; init; } = "http://127.0.0.1:11334";

    /// <summary>
    /// The controller's password, when it wants one from this machine; from secure addresses of its own it does not.
    /// </summary>
    public string Password { get; init; } = "";

    /// <summary>After this rspamd is taken for silent, and the built-in filter speaks.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(8);
}

public enum SpamEngine { Off, Builtin, Rspamd }
