using System.Security.Cryptography;
using System.Text.Json;
using Casella.Core.Directory;
using Casella.Core.Storage;

namespace Casella.Core.Office;

/// <summary>An address elsewhere that is told what happens here. Never re-used.</summary>
public readonly record struct HookId(long Value);

/// <param name="Events">Names or beginnings of names: "mailbox" has "mailbox.add"; empty for all.</param>
public sealed record Hook(HookId Id, string Url, IReadOnlyList<string> Events, DateTimeOffset CreatedAt)
{
    /// <summary>When it last took a call.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>What the last call failed with; null while all is well.</summary>
    public string? LastError { get; init; }

    /// <summary>Calls that wait.</summary>
    public int Waiting { get; init; }

    public bool Wants(string name) => Events.Count == 0
        || Events.Any(wanted => name.StartsWith(wanted, StringComparison.Ordinal) && (name.Length == wanted.Length || name[wanted.Length] is '.'));
}

/// <summary>Webhooks, as the office adds and removes them.</summary>
public sealed class OfficeHooks
{
    /// <summary>What a hook may ask for beside the acts of the office.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        ["mail", "delivery", "mailbox", "member", "person", "device", "alias", "domain", "queue", "spam", "office", "token", "hook"];

    private const int MaxUrl = 2_000;
    private const int MaxHooks = 50;

    private readonly OfficeWork _work;

    internal OfficeHooks(OfficeWork work) => _work = work;

    public async Task<IReadOnlyList<Hook>> ListAsync(CancellationToken cancellationToken)
    {
        await _work.RequireAsync(OfficeAct.SeeHooks, cancellationToken);
        return await _work.Parts.Hooks.ListAsync(cancellationToken);
    }

    /// <returns>The key that its calls are signed with; it can be read this once.</returns>
    /// <exception cref="DirectoryRuleException">No https address, an event that there is not.</exception>
    public Task<string> AddAsync(string url, IReadOnlyCollection<string> events, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.AddHook,
        OfficeSubject.OfServer(url.Trim()) with { Detail = string.Join(' ', events) },
        async _ =>
        {
            // Where the name leads is looked at at each call: today's answer says nothing of tomorrow's.
            if (url.Length > MaxUrl || !Uri.TryCreate(url.Trim(), UriKind.Absolute, out var address) || address is not { Scheme: "https", UserInfo.Length: 0, Host.Length: > 0 })
                throw new DirectoryRuleException("A webhook is an https address.", DirectoryRule.WebAddress);
            if (events.Any(name => !Kinds.Contains(name.Split('.')[0], StringComparer.Ordinal)))
                throw new DirectoryRuleException($"Events begin with one of: {string.Join(' ', Kinds)}.", DirectoryRule.Scopes);
            if ((await _work.Parts.Hooks.ListAsync(cancellationToken)).Count >= MaxHooks)
                throw new DirectoryRuleException($"There are {MaxHooks} webhooks, which is all there may be.", DirectoryRule.Scopes);
            var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
            await _work.Parts.Hooks.AddAsync(new NewHook(address.AbsoluteUri, secret, string.Join(' ', events), _work.Parts.Time.GetUtcNow()), cancellationToken);
            _work.Parts.Feed.HooksChanged();
            return secret;
        },
        cancellationToken);

    /// <summary>Calls that wait go with it.</summary>
    public Task RemoveAsync(HookId hook, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.RemoveHook,
        OfficeSubject.OfServer($"#{hook.Value}"),
        async _ =>
        {
            if (!await _work.Parts.Hooks.RemoveAsync(hook, cancellationToken))
                throw new MailException(MailError.NoPermission, $"webhook {hook.Value}");
            _work.Parts.Feed.HooksChanged();
        },
        cancellationToken);

    /// <summary>What a call says.</summary>
    internal static string Body(OfficeEvent happened) => JsonSerializer.Serialize(
        new { Event = happened.Name, happened.At, happened.Subject, happened.Domain, happened.By, happened.Facts }, JsonSerializerOptions.Web);
}
