using System.Net;
using Casella.Core.Directory;
using Casella.Core.Storage;

namespace Casella.Core.Office;

/// <summary>A program's token. Never re-used.</summary>
public readonly record struct OfficeTokenId(long Value);

/// <summary>
/// What lets a program into the REST API: as the person who made it, with that person's roles of the moment, and of
/// those only what its scopes say. It ends with them.
/// </summary>
/// <param name="Maker">Whose it is.</param>
/// <param name="Scopes">As in <see cref="OfficeTable.Scopes"/>.</param>
/// <param name="Until">Null for one without end.</param>
public sealed record OfficeToken(
    OfficeTokenId Id, DevicePerson Maker, string Name, IReadOnlySet<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? Until)
{
    public DateTimeOffset? LastUsedAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
}

/// <summary>Tokens of programs, as the office gives and takes them.</summary>
public sealed class OfficeTokens
{
    private const int MaxName = 100;

    private readonly OfficeWork _work;

    internal OfficeTokens(OfficeWork work) => _work = work;

    /// <summary>Also revoked ones, the newest first.</summary>
    public async Task<IReadOnlyList<OfficeToken>> ListAsync(CancellationToken cancellationToken)
    {
        await _work.RequireAsync(OfficeAct.SeeTokens, cancellationToken);
        return await _work.Parts.Store.TokensAsync(cancellationToken);
    }

    /// <summary>Makes a token of the caller's own; on the command line, of the person who is named.</summary>
    /// <param name="days">How long it lasts; null for ever.</param>
    /// <param name="login">Null for the caller.</param>
    /// <returns>The token, which can be read this once.</returns>
    /// <exception cref="DirectoryRuleException">No name, no scope, an unknown one.</exception>
    public Task<string> AddAsync(string name, IReadOnlyCollection<string> scopes, int? days, string? login, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.AddToken,
        OfficeSubject.OfServer(name.Trim()) with { Detail = string.Join(' ', scopes) },
        async _ =>
        {
            if (name.Trim().Length is 0 or > MaxName || name.Any(char.IsControl))
                throw new DirectoryRuleException($"A token's name has 1 to {MaxName} characters.", DirectoryRule.Name);
            if (scopes.Count == 0 || scopes.FirstOrDefault(scope => !OfficeTable.Scopes.Contains(scope, StringComparer.Ordinal)) is { } unknown)
                throw new DirectoryRuleException($"A token has scopes of these: {string.Join(' ', OfficeTable.Scopes)}.", DirectoryRule.Scopes);
            var maker = await MakerAsync(login, cancellationToken);
            var (secret, now) = ($"{OfficeTokenCheck.Prefix}{OfficeSecrets.Make()}", _work.Parts.Time.GetUtcNow());
            await _work.Parts.Store.AddTokenAsync(
                new NewOfficeToken(OfficeSecrets.Hash(secret), maker, name.Trim(), string.Join(' ', scopes.Order(StringComparer.Ordinal)), now, now + (days is { } some ? TimeSpan.FromDays(some) : null)),
                cancellationToken);
            return secret;
        },
        cancellationToken);

    public Task RevokeAsync(OfficeTokenId token, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.RevokeToken,
        OfficeSubject.OfServer($"#{token.Value}"),
        _ => _work.Parts.Store.RevokeTokenAsync(token, _work.Parts.Time.GetUtcNow(), cancellationToken),
        cancellationToken);

    private async Task<PersonId> MakerAsync(string? login, CancellationToken cancellationToken) => _work.Caller switch
    {
        { Person: { } person } => person.Id,
        { Way: OfficeWay.CommandLine } when login is not null => (await _work.Parts.People.PresentAsync(login, cancellationToken)).Id,
        _ => throw new DirectoryRuleException("A token is somebody's; name the person.", DirectoryRule.Name),
    };
}

/// <summary>Finds who is behind a token. Asked at each request, so that what is taken is gone at once.</summary>
public sealed class OfficeTokenCheck
{
    /// <summary>So that one in a log or a repository is known for what it is.</summary>
    public const string Prefix = "casella_";

    private static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(5);

    private readonly IOfficeStore _store;
    private readonly TimeProvider _time;

    internal OfficeTokenCheck(IOfficeStore store, TimeProvider time) => (_store, _time) = (store, time);

    /// <summary>Null for a token that opens nothing.</summary>
    public async Task<OfficeCaller?> FindAsync(string token, IPAddress? remote, CancellationToken cancellationToken)
    {
        if (token.Length != Prefix.Length + OfficeSecrets.Length || !token.StartsWith(Prefix, StringComparison.Ordinal)
            || await _store.FindTokenAsync(OfficeSecrets.Hash(token), cancellationToken) is not { } found)
            return null;
        var now = _time.GetUtcNow();
        if (found.Until <= now)
            return null;
        if (found.LastUsedAt is not { } last || now - last > TouchEvery)
            await _store.TouchTokenAsync(found.Id, now, cancellationToken);
        return new OfficeCaller(found.Maker, $"{found.Maker.Name} ({found.Name})", OfficeWay.Api, remote) { Scopes = found.Scopes };
    }
}
