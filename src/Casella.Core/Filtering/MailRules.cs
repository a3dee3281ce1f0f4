using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Formats.Mime;
using Casella.Formats.Sieve;
using Casella.Formats.Sieve.Rules;
using AccountState = Casella.Core.Messages.AccountState;

namespace Casella.Core.Filtering;

/// <summary>
/// The rules of a mailbox as people make them by clicking. They are its active Sieve script, which ManageSieve programs
/// read and write too; a script that says more than rules can was written by hand, and is never overwritten here. Got from
/// <see cref="MailAccount.Rules"/>.
/// </summary>
public sealed class MailRules
{
    private const string FirstName = "Casella";

    /// <summary>Time for a trial; more mail is not looked at.</summary>
    private static readonly TimeSpan TrialTime = TimeSpan.FromSeconds(4);

    private readonly AccountState _state;
    private readonly MailAccount _account;

    internal MailRules(AccountState state, MailAccount account) => (_state, _account) = (state, account);

    private MailFilters Filters => _account.Filters;

    /// <summary>What is active; where nothing is, the rules that were the last time.</summary>
    public async Task<RuleBook> ReadAsync(CancellationToken cancellationToken)
    {
        var scripts = await Filters.ListAsync(cancellationToken);
        if ((scripts.FirstOrDefault(script => script.IsActive) ?? scripts.FirstOrDefault(IsOurs)) is not { } script)
            return new RuleBook(null, [], null, IsActive: false);
        var text = await Filters.GetAsync(script.Name, cancellationToken);
        return RuleScript.TryRead(text) is { } rules
            ? new RuleBook(script.Name, rules, null, script.IsActive)
            : new RuleBook(script.Name, [], text, script.IsActive);
    }

    /// <summary>
    /// Saves the rules, and they hold from the next message on. A script that was written by hand keeps its text: the rules
    /// get a script of their own, which is active then.
    /// </summary>
    /// <param name="intro">What the script says of itself to people who read it.</param>
    /// <exception cref="MailException">NoPermission, TooManyScripts.</exception>
    /// <exception cref="SieveScriptException">A value that Sieve does not take, such as an address that is none.</exception>
    public async Task SaveAsync(IReadOnlyList<MailRule> rules, string intro, CancellationToken cancellationToken)
    {
        var book = await ReadAsync(cancellationToken);
        var name = book is { HandWritten: null, ScriptName: { } known } ? known : await FreeNameAsync(cancellationToken);
        await Filters.PutAsync(name, RuleScript.Write(rules, intro), cancellationToken);
        await Filters.ActivateAsync(name, cancellationToken);
    }

    /// <summary>What the rules would do with the newest messages of a folder, had they been there when these came in.</summary>
    public async Task<RuleTrial> TryAsync(IReadOnlyList<MailRule> rules, MailboxId folder, int atMost, CancellationToken cancellationToken)
    {
        var script = SieveScript.Compile(RuleScript.Write(rules, ""));
        var snapshot = await _account.GetSnapshotAsync(folder, cancellationToken);
        var newest = Enumerable.Range(1, Math.Min(atMost, snapshot.Count)).Select(i => snapshot[snapshot.Count - i]).ToList();
        var needsText = rules.Any(rule => rule.Conditions.Any(condition => condition.Field is RuleField.Text));
        var (matches, looked, begin) = (new List<RuleMatchFound>(), 0, _state.Time.GetTimestamp());
        await foreach (var data in _account.ReadAsync(newest, MessageNeeds.Header | MessageNeeds.Structure | MessageNeeds.Envelope, cancellationToken))
        {
            if (_state.Time.GetElapsedTime(begin) > TrialTime)
                break;
            looked++;
            if (CompactForm.TryReadStructure(data.Structure) is not { } structure)
                continue;
            var content = needsText ? await ContentAsync(data.Placement.Email, cancellationToken) : [];
            var message = new SieveMessage(data.Header, structure, data.Placement.Size, () => new MemoryStream(content, writable: false));
            var outcome = script.Run(message, new SieveEnvironment { Recipient = _account.Address, Owner = _account.Address, Now = _state.Time.GetLocalNow() });
            if (outcome.Failure is null && outcome.Actions.Any(DoesSomething))
                matches.Add(new RuleMatchFound(data.Placement, data.Envelope, outcome.Actions));
        }

        return new RuleTrial(folder, looked, matches);
    }

    /// <summary>Does what a trial has shown: files and marks. Nothing is sent on, for that mail is old.</summary>
    /// <returns>By which each step can be undone, newest first.</returns>
    /// <exception cref="MailException">NoPermission, NoSuchMailbox.</exception>
    public async Task<IReadOnlyList<ModSeq>> ApplyAsync(RuleTrial trial, CancellationToken cancellationToken)
    {
        var tree = await _account.GetTreeAsync(cancellationToken);
        var (changes, targets) = (new List<ModSeq>(), new Dictionary<(MailboxId Folder, bool IsCopy), List<Uid>>());
        var marks = new Dictionary<MessageFlags, List<Uid>>();
        foreach (var match in trial.Matches)
        {
            var stores = match.Actions.OfType<SieveAction.Store>().ToList();
            var staysHere = stores.Exists(store => store.Mailbox is null) || stores.Count == 0;
            foreach (var store in stores)
            {
                if (FlagsOf(store) is { } flags && flags != MessageFlags.None)
                    Add(marks, flags, match.Placement.Uid);
                if (store.Mailbox is { } named && MailboxName.TryParse(named.Name, out var name) && tree.Find(name) is { IsSelectable: true } target && target.Id != trial.Folder)
                    Add(targets, (target.Id, staysHere), match.Placement.Uid);
            }
        }

        foreach (var (flags, uids) in marks)
            Note((await _account.StoreFlagsAsync(trial.Folder, uids, FlagOperation.Add, new FlagNames(flags, []), null, cancellationToken)).ModSeq);
        foreach (var ((target, isCopy), uids) in targets)
            Note(isCopy
                ? (await _account.CopyAsync(trial.Folder, uids, target, cancellationToken)).ModSeq
                : (await _account.MoveAsync(trial.Folder, uids, target, cancellationToken)).ModSeq);
        changes.Reverse();
        return changes;

        void Note(ModSeq? change)
        {
            if (change is { } made)
                changes.Add(made);
        }
    }

    private static void Add<TKey>(Dictionary<TKey, List<Uid>> into, TKey key, Uid uid)
        where TKey : notnull
    {
        if (!into.TryGetValue(key, out var uids))
            into[key] = uids = [];
        uids.Add(uid);
    }

    private static MessageFlags FlagsOf(SieveAction.Store store) => store.Flags.Aggregate(
        MessageFlags.None,
        (flags, name) => flags | (name.ToLowerInvariant() switch { "\\seen" => MessageFlags.Seen, "\\flagged" => MessageFlags.Flagged, _ => MessageFlags.None }));

    private static bool DoesSomething(SieveAction action) => action is not SieveAction.Store { Mailbox: null, Flags.Count: 0 };

    private static bool IsOurs(ScriptInfo script) => script.Name.StartsWith(FirstName, StringComparison.Ordinal);

    private async Task<byte[]> ContentAsync(EmailId message, CancellationToken cancellationToken)
    {
        await using var content = await _account.OpenAsync(message, cancellationToken);
        return (await content.ReadAsync(0, content.Size, cancellationToken)).ToArray();
    }

    private async Task<string> FreeNameAsync(CancellationToken cancellationToken)
    {
        var taken = (await Filters.ListAsync(cancellationToken)).Select(script => script.Name).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(1, MailFilters.MaxScripts + 1).Select(i => i == 1 ? FirstName : $"{FirstName} {i}").First(name => !taken.Contains(name));
    }
}

/// <summary>The rules of a mailbox as they are.</summary>
/// <param name="ScriptName">Null while there is none.</param>
/// <param name="HandWritten">The text of a script that is no list of rules; null for one that is.</param>
public sealed record RuleBook(string? ScriptName, IReadOnlyList<MailRule> Rules, string? HandWritten, bool IsActive);

/// <param name="Looked">Messages that were looked at.</param>
public sealed record RuleTrial(MailboxId Folder, int Looked, IReadOnlyList<RuleMatchFound> Matches);

/// <param name="Envelope">Stored form.</param>
public sealed record RuleMatchFound(Placement Placement, ReadOnlyMemory<byte> Envelope, IReadOnlyList<SieveAction> Actions);
