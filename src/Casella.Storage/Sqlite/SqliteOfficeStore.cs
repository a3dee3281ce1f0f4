using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Office;
using Casella.Core.Policies;
using Casella.Core.Storage;
using static Casella.Storage.Sqlite.DirectoryRows;

namespace Casella.Storage.Sqlite;

/// <summary>The office in the directory's database.</summary>
internal sealed class SqliteOfficeStore(DirectoryDatabase directory) : IOfficeStore
{
    private const string TokenColumns =
        "t.token_id, p.person_id, p.name, p.login, p.language, t.name, t.scopes, t.created_at, t.until, t.last_used_at, t.revoked_at";

    private const string Tokens = $"SELECT {TokenColumns} FROM office_tokens t JOIN persons p USING(person_id)";

    // ---- who is what

    public Task<IReadOnlyList<OfficeMember>> StaffAsync(CancellationToken cancellationToken) => directory.RunAsync<IReadOnlyList<OfficeMember>>(
        database =>
        {
            var people = Rows(
                database["SELECT person_id, name, login, language, roles FROM office_staff JOIN persons USING(person_id) WHERE left_at IS NULL ORDER BY name, login"],
                row => (Person: ReadPerson(row, 0), Roles: (OfficeRoles)row.Long(4)));
            return [.. people.Select(one => new OfficeMember(one.Person, new OfficeStanding(one.Roles, Domains(database, one.Person.Id))))];
        },
        cancellationToken);

    public Task<OfficeStanding> StandingAsync(PersonId person, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["SELECT roles FROM office_staff JOIN persons USING(person_id) WHERE person_id=? AND left_at IS NULL"].Bind(person.Value).Scalar() is { } roles
            ? new OfficeStanding((OfficeRoles)roles, Domains(database, person))
            : OfficeStanding.None,
        cancellationToken);

    public Task SetStandingAsync(PersonId person, OfficeStanding standing, CancellationToken cancellationToken) => directory.RunAsync(
        database =>
        {
            database["DELETE FROM office_staff WHERE person_id=?"].Bind(person.Value).Run();
            if (standing.Roles is OfficeRoles.None)
                return;
            database["INSERT INTO office_staff(person_id, roles) VALUES(?,?)"].Bind(person.Value).Bind((long)standing.Roles).Run();
            foreach (var domain in standing.Domains)
                database["INSERT INTO office_domains(person_id, domain) VALUES(?,?)"].Bind(person.Value).Bind(domain).Run();
        },
        cancellationToken);

    public Task ForgetDomainAsync(string domain, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["DELETE FROM office_domains WHERE domain=?"].Bind(domain).Run(), cancellationToken);

    // ---- links

    public Task AddLinkAsync(OfficeLinkRow link, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["INSERT INTO office_links(token_hash, person_id, until) VALUES(?,?,?)"]
            .Bind(link.TokenHash).Bind(link.Person?.Value).Bind(link.Until.ToUnixTimeSeconds()).Run(),
        cancellationToken);

    public Task<OfficeLinkRow?> FindLinkAsync(string tokenHash, CancellationToken cancellationToken) => directory.RunAsync(
        database => Rows(
            database["SELECT token_hash, person_id, until FROM office_links WHERE token_hash=?"].Bind(tokenHash),
            row => new OfficeLinkRow(row.Text(0), row.LongOrNull(1) is { } person ? new PersonId(person) : null, Time(row.Long(2)))).FirstOrDefault(),
        cancellationToken);

    public Task<bool> UseLinkAsync(string tokenHash, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["DELETE FROM office_links WHERE token_hash=? RETURNING 1"].Bind(tokenHash).Scalar() is not null, cancellationToken);

    // ---- tokens

    public Task<OfficeTokenId> AddTokenAsync(NewOfficeToken token, CancellationToken cancellationToken) => directory.RunAsync(
        database => new OfficeTokenId(database[
            "INSERT INTO office_tokens(token_hash, person_id, name, scopes, created_at, until) VALUES(?,?,?,?,?,?) RETURNING token_id"]
            .Bind(token.TokenHash).Bind(token.Person.Value).Bind(token.Name).Bind(token.Scopes).Bind(token.At.ToUnixTimeSeconds())
            .Bind(token.Until?.ToUnixTimeSeconds()).Scalar()!.Value),
        cancellationToken);

    public Task<IReadOnlyList<OfficeToken>> TokensAsync(CancellationToken cancellationToken) => directory.RunAsync<IReadOnlyList<OfficeToken>>(
        database => Rows(database[$"{Tokens} ORDER BY t.token_id DESC"], ReadToken), cancellationToken);

    public Task<OfficeToken?> FindTokenAsync(string tokenHash, CancellationToken cancellationToken) => directory.RunAsync(
        database => Rows(database[$"{Tokens} WHERE t.token_hash=? AND t.revoked_at IS NULL AND p.left_at IS NULL"].Bind(tokenHash), ReadToken).FirstOrDefault(),
        cancellationToken);

    public Task TouchTokenAsync(OfficeTokenId token, DateTimeOffset at, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["UPDATE office_tokens SET last_used_at=? WHERE token_id=?"].Bind(at.ToUnixTimeSeconds()).Bind(token.Value).Run(), cancellationToken);

    public Task RevokeTokenAsync(OfficeTokenId token, DateTimeOffset at, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["UPDATE office_tokens SET revoked_at=? WHERE token_id=? AND revoked_at IS NULL"].Bind(at.ToUnixTimeSeconds()).Bind(token.Value).Run(),
        cancellationToken);

    // ---- visits

    public Task AddVisitAsync(PersonId person, AccountId account, DateTimeOffset until, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["INSERT OR REPLACE INTO office_visits(person_id, account_id, until) VALUES(?,?,?)"]
            .Bind(person.Value).Bind(account.Value).Bind(until.ToUnixTimeSeconds()).Run(),
        cancellationToken);

    public Task<IReadOnlyList<Membership>> VisitsAsync(PersonId person, DateTimeOffset now, CancellationToken cancellationToken) =>
        directory.RunAsync<IReadOnlyList<Membership>>(
            database => Rows(
                database["SELECT account_id, address, until FROM office_visits JOIN accounts USING(account_id) WHERE person_id=? AND until>? ORDER BY address"]
                    .Bind(person.Value).Bind(now.ToUnixTimeSeconds()),
                row => new Membership(new AccountId(row.Long(0)), Address(row.Text(1)), MemberRights.Read, Time(row.Long(2)))),
            cancellationToken);

    // ---- the journal

    public Task<long> WriteAsync(JournalEntry entry, CancellationToken cancellationToken) => directory.RunAsync(
        database => database[
            "INSERT INTO office_journal(at, person_id, who, way, address, act, subject, detail, domain, outcome, reason) VALUES(?,?,?,?,?,?,?,?,?,?,?) RETURNING entry_id"]
            .Bind(entry.At.ToUnixTimeSeconds()).Bind(entry.Person?.Value).Bind(entry.Who).Bind((long)entry.Way).Bind(entry.Address).Bind(entry.Act)
            .Bind(entry.Subject).Bind(entry.Detail).Bind(entry.Domain).Bind((long)entry.Outcome).Bind(entry.Reason).Scalar()!.Value,
        cancellationToken);

    public Task EndAsync(long entry, JournalOutcome outcome, string? failure, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["UPDATE office_journal SET outcome=?, failure=? WHERE entry_id=?"].Bind((long)outcome).Bind(failure).Bind(entry).Run(),
        cancellationToken);

    public Task<IReadOnlyList<JournalEntry>> JournalAsync(JournalRequest request, CancellationToken cancellationToken) =>
        directory.RunAsync<IReadOnlyList<JournalEntry>>(
            database =>
            {
                var rows = database["""
                    SELECT entry_id, at, person_id, who, way, address, act, subject, detail, domain, outcome, reason, failure FROM office_journal
                    WHERE entry_id<?1 AND (?2 IS NULL OR domain IN (SELECT value FROM json_each(?2)))
                        AND (?3 IS NULL OR instr(lower(subject), lower(?3))>0 OR instr(lower(who), lower(?3))>0 OR instr(lower(detail), lower(?3))>0)
                    ORDER BY entry_id DESC LIMIT ?4
                    """].Bind(request.Before ?? long.MaxValue)
                    .Bind(request.Domains is { } domains ? System.Text.Json.JsonSerializer.Serialize(domains) : null)
                    .Bind(request.Text).Bind(request.AtMost);
                return Rows(rows, ReadEntry);
            },
            cancellationToken);

    private static HashSet<string> Domains(Database database, PersonId person) =>
        Rows(database["SELECT domain FROM office_domains WHERE person_id=?"].Bind(person.Value), row => row.Text(0)).ToHashSet(StringComparer.Ordinal);

    private static OfficeToken ReadToken(Statement row) => new(
        new OfficeTokenId(row.Long(0)), ReadPerson(row, 1), row.Text(5),
        row.Text(6).Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal), Time(row.Long(7)), TimeOrNull(row.LongOrNull(8)))
    {
        LastUsedAt = TimeOrNull(row.LongOrNull(9)),
        RevokedAt = TimeOrNull(row.LongOrNull(10)),
    };

    private static JournalEntry ReadEntry(Statement row) => new(
        row.Long(0), Time(row.Long(1)), row.LongOrNull(2) is { } person ? new PersonId(person) : null, row.Text(3), (OfficeWay)row.Long(4),
        row.TextOrNull(5), row.Text(6), row.Text(7), row.Text(8), row.TextOrNull(9), (JournalOutcome)row.Long(10))
    {
        Reason = row.TextOrNull(11),
        Failure = row.TextOrNull(12),
    };

    /// <param name="first">The column of the number; name, login and language follow.</param>
    private static DevicePerson ReadPerson(Statement row, int first) => new(
        new PersonId(row.Long(first)), row.Text(first + 1), row.Text(first + 2), row.Text(first + 3) is "it" ? Language.Italian : Language.English);
}
