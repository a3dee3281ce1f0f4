using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Formats.Sieve;
using AccountState = Casella.Core.Messages.AccountState;

namespace Casella.Core.Filtering;

/// <summary>
/// The Sieve scripts of a mailbox, for ManageSieve, the office and the webmail: kept in the account's own file, with the
/// texts they had before, each change by somebody in the change log. One runs at most. Got from
/// <see cref="MailAccount.Filters"/>; who may work in the mailbox may read scripts, who manages it may change them.
/// </summary>
public sealed class MailFilters
{
    /// <summary>Scripts of one mailbox.</summary>
    public const int MaxScripts = 50;

    /// <summary>Octets of all its scripts together, as they are now.</summary>
    public const long MaxTotal = 4 * 1024 * 1024;

    /// <summary>Texts that a script has had before, which are kept.</summary>
    private const int KeptVersions = 20;

    private readonly AccountState _state;
    private readonly Actor _actor;

    internal MailFilters(AccountState state, Actor actor) => (_state, _actor) = (state, actor);

    /// <summary>By name.</summary>
    public Task<IReadOnlyList<ScriptInfo>> ListAsync(CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<ScriptInfo>>(
        rows => [.. rows.Scripts().Select(row => new ScriptInfo(row.Name, row.IsActive, row.Size, row.SavedAt))], cancellationToken);

    /// <exception cref="MailException">NoSuchScript.</exception>
    public Task<string> GetAsync(string name, CancellationToken cancellationToken) => ReadAsync(
        rows => rows.Content(name) ?? throw new MailException(MailError.NoSuchScript, name), cancellationToken);

    /// <summary>The texts that a script of this name has had, newest first; also of one that was deleted.</summary>
    public Task<IReadOnlyList<ScriptVersion>> VersionsAsync(string name, CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<ScriptVersion>>(
        rows => [.. rows.Versions(name).Select(row => new ScriptVersion(row.Version, row.Size, row.SavedAt))], cancellationToken);

    /// <exception cref="MailException">NoSuchScript.</exception>
    public Task<string> GetVersionAsync(long version, CancellationToken cancellationToken) => ReadAsync(
        rows => rows.Content(version) ?? throw new MailException(MailError.NoSuchScript, $"version {version}"), cancellationToken);

    /// <summary>Whether a script of so many octets would be taken (RFC 5804 §2.5).</summary>
    /// <exception cref="MailException">TooManyScripts.</exception>
    public Task CheckRoomAsync(string name, long octets, CancellationToken cancellationToken) => ReadAsync(
        rows =>
        {
            CheckRoom(rows, name, octets);
            return true;
        },
        cancellationToken);

    /// <summary>Makes a script or replaces it; one that is active runs with the new text from the next message on.</summary>
    /// <exception cref="SieveScriptException">It has mistakes; the one of before stays.</exception>
    /// <exception cref="MailException">TooManyScripts, NoPermission.</exception>
    public Task PutAsync(string name, string content, CancellationToken cancellationToken)
    {
        CheckName(name);
        _ = SieveScript.Compile(content);
        return WriteAsync(
            unit =>
            {
                var rows = unit.Transaction.Filters;
                if (string.Equals(rows.Content(name), content, StringComparison.Ordinal))
                    return false;
                CheckRoom(rows, name, System.Text.Encoding.UTF8.GetByteCount(content));
                var version = rows.Save(name, content, unit.Now);
                rows.KeepVersions(name, KeptVersions);
                unit.Log(ChangeKind.ScriptSaved, null, null, [], string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}\n{version}"));
                unit.ScriptChanged();
                return true;
            },
            cancellationToken);
    }

    /// <summary>Makes this script the one that runs.</summary>
    /// <param name="name">Null: none runs.</param>
    /// <exception cref="MailException">NoSuchScript, NoPermission.</exception>
    public Task ActivateAsync(string? name, CancellationToken cancellationToken) => WriteAsync(
        unit =>
        {
            var rows = unit.Transaction.Filters;
            var active = rows.Scripts().FirstOrDefault(script => script.IsActive)?.Name;
            if (name is not null)
                _ = Find(rows, name);
            if (string.Equals(active, name, StringComparison.Ordinal))
                return false;
            rows.SetActive(name);
            unit.Log(name is null ? ChangeKind.ScriptDeactivated : ChangeKind.ScriptActivated, null, null, [], name ?? active);
            unit.ScriptChanged();
            return true;
        },
        cancellationToken);

    /// <exception cref="MailException">NoSuchScript, ScriptIsActive, NoPermission.</exception>
    public Task DeleteAsync(string name, CancellationToken cancellationToken) => WriteAsync(
        unit =>
        {
            if (Find(unit.Transaction.Filters, name).IsActive)
                throw new MailException(MailError.ScriptIsActive, name);
            unit.Transaction.Filters.Delete(name);
            unit.Log(ChangeKind.ScriptDeleted, null, null, [], name);
            return true;
        },
        cancellationToken);

    /// <summary>An active script stays active.</summary>
    /// <exception cref="MailException">NoSuchScript, ScriptExists, NoPermission.</exception>
    public Task RenameAsync(string from, string to, CancellationToken cancellationToken)
    {
        CheckName(to);
        return WriteAsync(
            unit =>
            {
                var rows = unit.Transaction.Filters;
                _ = Find(rows, from);
                if (rows.Content(to) is not null)
                    throw new MailException(MailError.ScriptExists, to);
                rows.Rename(from, to);
                unit.Log(ChangeKind.ScriptRenamed, null, null, [], $"{from}\n{to}");
                unit.ScriptChanged();
                return true;
            },
            cancellationToken);
    }

    // ---- for delivery

    /// <summary>The script that incoming mail goes through, or null.</summary>
    internal ActiveScript? Script => _state.Script;

    /// <summary>For <see cref="SieveFacts"/>, which ask the account much.</summary>
    internal AccountState State => _state;

    /// <summary>Whether an earlier attempt of this delivery has gone through the script.</summary>
    internal async ValueTask<bool> WasHandledAsync(ReadOnlyMemory<byte> deliveryKey, CancellationToken cancellationToken)
    {
        if (deliveryKey.IsEmpty)
            return false;
        var now = _state.Time.GetUtcNow();
        return await _state.Store.WriteAsync(
            _state.Id,
            transaction => transaction.HasDelivery(deliveryKey.Span)
                || transaction.Filters.IsRemembered(FilterKeys.OfDelivery(deliveryKey.Span), now),
            null,
            cancellationToken);
    }

    /// <summary>True when this answer may be given now; from now on not for so long.</summary>
    internal Task<bool> TakeAnswerAsync(byte[] key, TimeSpan time)
    {
        var now = _state.Time.GetUtcNow();
        return _state.Store.WriteAsync(
            _state.Id,
            transaction =>
            {
                if (transaction.Filters.IsRemembered(key, now))
                    return false;
                transaction.Filters.Remember(key, now + time);
                return true;
            },
            null,
            CancellationToken.None);
    }

    private static void CheckName(string name)
    {
        if (!ScriptName.IsValid(name))
            throw new ArgumentException("This cannot be the name of a script.", nameof(name));
    }

    private static ScriptRow Find(IFilterRows rows, string name) =>
        rows.Scripts().FirstOrDefault(script => string.Equals(script.Name, name, StringComparison.Ordinal))
        ?? throw new MailException(MailError.NoSuchScript, name);

    private static void CheckRoom(IFilterRows rows, string name, long octets)
    {
        var others = rows.Scripts().Where(script => !string.Equals(script.Name, name, StringComparison.Ordinal)).ToList();
        if (others.Count >= MaxScripts || others.Sum(script => script.Size) + octets > MaxTotal)
            throw new MailException(MailError.TooManyScripts, name);
    }

    private Task<T> ReadAsync<T>(Func<IFilterRows, T> query, CancellationToken cancellationToken)
    {
        if (!_actor.Rights.HasFlag(MemberRights.Work))
            throw new MailException(MailError.NoPermission, $"{_actor.Name} lacks {MemberRights.Work}");
        return _state.Store.WriteAsync(_state.Id, transaction => query(transaction.Filters), null, cancellationToken);
    }

    private Task<bool> WriteAsync(Func<UnitOfWork, bool> work, CancellationToken cancellationToken) =>
        _state.WriteAsync(_actor, MemberRights.Manage, work, cancellationToken);
}

/// <param name="Size">Octets.</param>
/// <param name="SavedAt">When it got its present text.</param>
public sealed record ScriptInfo(string Name, bool IsActive, long Size, DateTimeOffset SavedAt);

/// <summary>A text that a script has, or had.</summary>
/// <param name="Number">Rises within the account.</param>
public sealed record ScriptVersion(long Number, long Size, DateTimeOffset SavedAt);
