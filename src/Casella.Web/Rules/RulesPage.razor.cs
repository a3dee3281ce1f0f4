using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Filtering;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Formats.Mime;
using Casella.Formats.Sieve;
using Casella.Formats.Sieve.Rules;
using Casella.Web.Desk;
using Casella.Web.Http;
using Casella.Web.Reading;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Casella.Web.Rules;

/// <summary>The rules of a mailbox: in words, in order, made by clicking, tried before they are kept.</summary>
public sealed partial class RulesPage : IDisposable
{
    /// <summary>Messages that a trial looks at.</summary>
    private const int TrialMessages = 1_000;

    /// <summary>Of what a trial has found, so many are shown; the rest is a number.</summary>
    private const int TrialShown = 12;

    private readonly CancellationTokenSource _closing = new();
    private readonly List<Box> _boxes = [];
    private Box? _box;
    private RuleBook _book = new(null, [], null, IsActive: false);
    private RuleDraft? _draft;
    private int _editing = -1;
    private RuleTrial? _trial;
    private IReadOnlyList<ModSeq> _applied = [];
    private string? _said;
    private bool _isError;
    private bool _isRead;

    [Inject] private AuthenticationStateProvider States { get; set; } = null!;
    [Inject] private Visit Visit { get; set; } = null!;
    [Inject] private MailAccounts Accounts { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "box")] private long? AskedBox { get; set; }
    [SupplyParameterFromQuery(Name = "from")] private string? From { get; set; }
    [SupplyParameterFromQuery(Name = "subject")] private string? Subject { get; set; }

    private Words Words => Visit.Words;
    private bool MayChange => _box?.Account.Rights.HasFlag(MemberRights.Manage) ?? false;

    protected override async Task OnInitializedAsync()
    {
        if (await Visit.EnterAsync(States) is not { } visitor)
        {
            Navigation.NavigateTo(SessionAuthentication.SignInPath, forceLoad: true);
            return;
        }

        foreach (var who in visitor.Mailboxes.Where(who => who.Rights.HasFlag(MemberRights.Work)))
        {
            var box = new Box(await Accounts.OpenAsync(who, _closing.Token), who);
            await box.RefreshAsync(_closing.Token);
            _boxes.Add(box);
        }

        if ((_boxes.FirstOrDefault(box => box.Account.Id.Value == AskedBox) ?? _boxes.FirstOrDefault()) is { } first)
            await ChooseAsync(first);
        _isRead = true;
        if (MayChange && (From is { Length: > 0 } || Subject is { Length: > 0 }))
            Edit(-1, RuleDraft.New(From ?? "", Subject ?? ""));
    }

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    private async Task ChooseAsync(Box box)
    {
        (_box, _draft, _trial, _said) = (box, null, null, null);
        _book = await box.Account.Rules.ReadAsync(_closing.Token);
    }

    private void Edit(int index, RuleDraft draft) => (_editing, _draft, _trial, _said) = (index, draft, null, null);

    private void Cancel() => (_draft, _trial) = (null, null);

    private async Task SaveAsync()
    {
        if (_draft?.ToRule() is not { } rule)
        {
            (_said, _isError) = (Words["RuleUnfinished"], true);
            return;
        }

        var rules = _book.Rules.ToList();
        if (_editing >= 0)
            rules[_editing] = rule;
        else
            rules.Add(rule);
        if (await PutAsync(rules))
            Cancel();
    }

    private Task<bool> SwitchAsync(int index) => PutAsync([.. _book.Rules.Select((rule, at) => at == index ? rule with { IsOn = !rule.IsOn } : rule)]);

    private Task<bool> DeleteAsync(int index) => PutAsync([.. _book.Rules.Where((_, at) => at != index)]);

    private Task<bool> MoveAsync(int index, int by)
    {
        var rules = _book.Rules.ToList();
        (rules[index], rules[index + by]) = (rules[index + by], rules[index]);
        return PutAsync(rules);
    }

    private Task<bool> PutAsync(IReadOnlyList<MailRule> rules) => SayAsync(async () =>
    {
        await _box!.Account.Rules.SaveAsync(rules, Words["RuleScriptIntro"], _closing.Token);
        _book = await _box.Account.Rules.ReadAsync(_closing.Token);
        return Words["SavedNow"];
    });

    private async Task TryAsync()
    {
        if (_draft?.ToRule() is not { } rule)
        {
            (_said, _isError) = (Words["RuleUnfinished"], true);
            return;
        }

        await SayAsync(async () =>
        {
            var inbox = _box!.Tree.Find(MailboxName.Inbox)!;
            _trial = await _box.Account.Rules.TryAsync([rule with { IsOn = true }], inbox.Id, TrialMessages, _closing.Token);
            return null;
        });
    }

    private Task<bool> ApplyAsync() => SayAsync(async () =>
    {
        var trial = _trial!;
        _applied = await _box!.Account.Rules.ApplyAsync(trial, _closing.Token);
        _trial = null;
        return Words.Count("RuleApplied", trial.Matches.Count);
    });

    private Task<bool> UndoAsync()
    {
        // Whatever is done next, there is nothing left to take back: it is forgotten before.
        var applied = _applied;
        return SayAsync(() => UndoAsync(applied));
    }

    private async Task<string?> UndoAsync(IReadOnlyList<ModSeq> applied)
    {
        var actor = _box!.Account.Actor;
        var restored = 0;
        foreach (var change in applied)
            restored += (await _box.Account.UndoAsync(
                new Core.Changes.UndoRequest { Change = change, Person = actor.Person, Device = actor.Person is null ? actor.Device : null }, _closing.Token)).Restored;
        return Words.Count("Undone", restored);
    }

    private string SubjectOf(RuleMatchFound match) =>
        CompactForm.TryReadEnvelope(match.Envelope)?.Subject is { } subject ? DecodedText.Header(subject.Span).Trim() : Words["NoSubject"];

    private static string SenderOf(RuleMatchFound match) =>
        CompactForm.TryReadEnvelope(match.Envelope) is { } envelope ? Correspondent.FirstOf(envelope.From)?.Short ?? "" : "";

    private async Task<bool> SayAsync(Func<Task<string?>> act)
    {
        _applied = [];
        try
        {
            (_said, _isError) = (await act(), false);
            return true;
        }
        catch (MailException failure)
        {
            (_said, _isError) = (Words.Of(failure), true);
        }
        catch (SieveScriptException)
        {
            (_said, _isError) = (Words["RuleNotTaken"], true);
        }

        return false;
    }
}
