using Casella.Core.Directory;
using Casella.Core.Office;

namespace Casella.Core.Storage;

/// <summary>
/// The office: who is what in it, links and tokens that were handed out, visits to mailboxes, and the journal. In the
/// same database as <see cref="IPeopleStore"/>, so that a person who leaves has nothing left. Every method is one
/// transaction; writes return after fsync.
/// </summary>
internal interface IOfficeStore
{
    /// <summary>Everybody of the office, by name.</summary>
    Task<IReadOnlyList<OfficeMember>> StaffAsync(CancellationToken cancellationToken);

    /// <summary>None for who has left.</summary>
    Task<OfficeStanding> StandingAsync(PersonId person, CancellationToken cancellationToken);

    /// <summary>Takes the place of what the person was.</summary>
    Task SetStandingAsync(PersonId person, OfficeStanding standing, CancellationToken cancellationToken);

    /// <summary>Nobody is named for a domain that is gone.</summary>
    Task ForgetDomainAsync(string domain, CancellationToken cancellationToken);

    Task AddLinkAsync(OfficeLinkRow link, CancellationToken cancellationToken);

    /// <summary>Null for one that was used, or never was.</summary>
    Task<OfficeLinkRow?> FindLinkAsync(string tokenHash, CancellationToken cancellationToken);

    /// <returns>False when somebody was quicker.</returns>
    Task<bool> UseLinkAsync(string tokenHash, CancellationToken cancellationToken);

    Task<OfficeTokenId> AddTokenAsync(NewOfficeToken token, CancellationToken cancellationToken);

    /// <summary>Also revoked ones, the newest first.</summary>
    Task<IReadOnlyList<OfficeToken>> TokensAsync(CancellationToken cancellationToken);

    /// <summary>Null also for one that is revoked, or whose maker has left.</summary>
    Task<OfficeToken?> FindTokenAsync(string tokenHash, CancellationToken cancellationToken);

    Task TouchTokenAsync(OfficeTokenId token, DateTimeOffset at, CancellationToken cancellationToken);
    Task RevokeTokenAsync(OfficeTokenId token, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Opens a mailbox to a person until a moment; the last visit to it is the one that counts.</summary>
    Task AddVisitAsync(PersonId person, AccountId account, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Mailboxes that are open to a person beside their own, by address.</summary>
    Task<IReadOnlyList<Membership>> VisitsAsync(PersonId person, DateTimeOffset now, CancellationToken cancellationToken);

    /// <param name="entry">Its number is given here.</param>
    Task<long> WriteAsync(JournalEntry entry, CancellationToken cancellationToken);
    Task EndAsync(long entry, JournalOutcome outcome, string? failure, CancellationToken cancellationToken);

    /// <summary>The newest first.</summary>
    Task<IReadOnlyList<JournalEntry>> JournalAsync(JournalRequest request, CancellationToken cancellationToken);
}

/// <param name="TokenHash">SHA-256 in hexadecimal: who reads the database has no link by it.</param>
/// <param name="Person">Who is invited; null for a new owner.</param>
internal sealed record OfficeLinkRow(string TokenHash, PersonId? Person, DateTimeOffset Until);

/// <param name="Scopes">With spaces between them.</param>
internal sealed record NewOfficeToken(string TokenHash, PersonId Person, string Name, string Scopes, DateTimeOffset At, DateTimeOffset? Until);
