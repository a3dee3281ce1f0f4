using Casella.Formats.Addresses;

namespace Casella.Core.Lists;

/// <summary>An announcement list: one address, and everybody on it gets what may be posted there.</summary>
/// <param name="Title">For people: in List-Id, and on the page where one leaves.</param>
public sealed record MailingList(long Id, EmailAddress Address, string Title, ListPosting Posting)
{
    /// <summary>RFC 2919 §2.</summary>
    public string ListId => $"{Address.LocalPart}.{Address.Domain}";
}

/// <summary>Who may write to a list. The numbers stand in the store.</summary>
public enum ListPosting
{
    /// <summary>Those members that the office has named.</summary>
    Named = 0,
    /// <summary>Every member.</summary>
    Members = 1,
    /// <summary>Whoever proves to be who he says.</summary>
    Everybody = 2,
}

/// <summary>Somebody on a list.</summary>
/// <param name="MayPost">Also where not all members may.</param>
/// <param name="Bounces">Days with a bounce lately.</param>
/// <param name="SuspendedAt">Gets nothing since then, because nothing arrives; null for one who gets it.</param>
public sealed record ListMember(long Id, EmailAddress Address, bool MayPost, int Bounces, DateTimeOffset JoinedAt, DateTimeOffset? SuspendedAt);
