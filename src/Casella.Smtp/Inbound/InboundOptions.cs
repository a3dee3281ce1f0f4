using Casella.Core.Delivery;

namespace Casella.Smtp.Inbound;

/// <summary>How mail from other servers is checked. Bound from <c>Inbound</c>.</summary>
public sealed record InboundOptions
{
    /// <summary>
    /// Networks whose clients are believed, separated by commas (<c>127.0.0.0/8, ::1, 192.0.2.0/24</c>): no greylisting,
    /// SPF, DMARC and block lists for what they bring. Our own machines and programs, nobody else.
    /// </summary>
    public string TrustedNetworks { get; init; } = "127.0.0.0/8, ::1";

    /// <summary>
    /// Block lists in DNS that are asked about each client, separated by commas. A client that one of them knows is
    /// refused. None by default: the good ones want to be asked by registered users only.
    /// </summary>
    public string BlockLists { get; init; } = "";

    /// <summary>
    /// Domains whose ARC seals are believed, separated by commas: large providers and the lists that our people read.
    /// Mail that they have changed on its way is not refused when it was good before.
    /// </summary>
    public string TrustedSealers { get; init; } = "";

    /// <summary>
    /// Does the sender's domain decide what becomes of mail that only pretends to be its own (DMARC)? When not, it is only
    /// noted.
    /// </summary>
    public bool ApplyDmarc { get; init; } = true;

    /// <summary>
    /// Refuse what SPF calls false even without DMARC. Mail that people have forwarded from elsewhere would be lost, so
    /// it is off.
    /// </summary>
    public bool RefuseSpfFail { get; init; }

    /// <summary>
    /// List of the suffixes below which anybody can have a name (publicsuffix.org); Debian's package
    /// <c>publicsuffix</c> has it. Without the file, what stands below a top-level domain is taken for one owner's.
    /// </summary>
    public string PublicSuffixes { get; init; } = "/usr/share/publicsuffix/public_suffix_list.dat";

    public GreylistOptions Greylist { get; init; } = new();

    /// <summary>
    /// Time for each check; they run at the same time. RFC 7208 §4.6.4 asks for at least twenty seconds.
    /// </summary>
    public TimeSpan CheckTime { get; init; } = TimeSpan.FromSeconds(20);
}
