using Casella.Core.Backups;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Lists;
using Casella.Core.Office;
using Casella.Core.Queue;
using Casella.Core.Reporting;
using Casella.Core.Repairs;
using Casella.Core.Signing;
using Casella.Core.Tracing;
using Casella.Formats.SenderRecords;

namespace Casella.Web.Api;

// The shapes of the REST API, which programs rely on: a field is added, none is renamed or taken away. Addresses are
// text, sizes bytes, times ISO 8601.

internal sealed record MailboxView(string Address, string? Name, long? Quota, DateTimeOffset CreatedAt)
{
    public static MailboxView Of(AccountEntry account) => new(account.Address.ToString(), account.DisplayName, account.Quota, account.CreatedAt);
}

/// <param name="Quota">Bytes; null for no limit.</param>
internal sealed record MailboxDetailsView(
    string Address, string? Name, long? Quota, long Used, long Messages, int? FullInDays, bool CommonPassword, IReadOnlyList<MemberView> Members,
    IReadOnlyList<DeviceView> Devices, IReadOnlyList<string> Aliases)
{
    public static MailboxDetailsView Of(MailboxFacts facts) => new(
        facts.Account.Address.ToString(), facts.Account.DisplayName, facts.Details.Quota.Limit, facts.Details.Quota.Used, facts.Details.Quota.Messages,
        facts.FullInDays, facts.HasCommonPassword, [.. facts.Members.Select(MemberView.Of)],
        [.. facts.Devices.Where(device => !device.IsCommonPassword).Select(DeviceView.Of)], [.. facts.Details.Aliases.Select(alias => alias.ToString())]);
}

/// <param name="Rights">Of read, work, send, manage.</param>
internal sealed record MemberView(string Login, string Name, IReadOnlyList<string> Rights)
{
    public static MemberView Of(Member member) => new(member.Login, member.Name, RightsText.Format(member.Rights).Split(','));
}

internal sealed record DeviceView(long Id, string Mailbox, string Name, string? Person, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt)
{
    public static DeviceView Of(DeviceInfo device) =>
        new(device.Id.Value, device.Account.ToString(), device.Name, device.Person?.Login, device.CreatedAt, device.LastUse?.At, device.RevokedAt);
}

/// <param name="Password">The one time it can be read; null where it was given, or there is none.</param>
internal sealed record AddedMailboxView(string Address, string? Password);

internal sealed record PasswordView(string Password);

internal sealed record AddedDeviceView(DeviceView Device, string Password);

internal sealed record PersonView(string Login, string Name, string Language, bool HasPassword, DateTimeOffset CreatedAt, DateTimeOffset? LeftAt)
{
    public static PersonView Of(Person person) => new(
        person.Login, person.Name, person.Language is Core.Policies.Language.Italian ? "it" : "en", person.HasPassword, person.CreatedAt, person.LeftAt);
}

internal sealed record PersonDetailsView(PersonView Person, IReadOnlyList<MembershipView> Memberships, IReadOnlyList<DeviceView> Devices)
{
    public static PersonDetailsView Of(PersonFacts facts) => new(
        PersonView.Of(facts.Person),
        [.. facts.Memberships.Select(one => new MembershipView(one.Address.ToString(), RightsText.Format(one.Rights).Split(',')))],
        [.. facts.Devices.Select(DeviceView.Of)]);
}

internal sealed record MembershipView(string Mailbox, IReadOnlyList<string> Rights);

/// <param name="Address">Of the page where the person chooses a password, once.</param>
internal sealed record InvitationView(string Address);

internal sealed record HandOverView(string Login, IReadOnlyList<LeftMailboxView> Mailboxes)
{
    public static HandOverView Of(HandOver handOver) => new(
        handOver.Person.Login, [.. handOver.Mailboxes.Select(left => new LeftMailboxView(left.Address.ToString(), left.Devices, left.Members, left.HasManager))]);
}

internal sealed record LeftMailboxView(string Mailbox, IReadOnlyList<string> Devices, int Members, bool HasManager);

internal sealed record AliasView(string Alias, IReadOnlyList<string> Targets)
{
    public static AliasView Of(MailAlias alias) => new(alias.Address.ToString(), [.. alias.Targets.Select(target => target.ToString())]);
}

internal sealed record DomainView(string Domain, DateTimeOffset CreatedAt, int Mailboxes, int Aliases, bool HasPostmaster)
{
    public static DomainView Of(MailDomain domain) => new(domain.Name, domain.CreatedAt, domain.Accounts, domain.Aliases, domain.HasPostmaster);
}

/// <param name="State">ok, missing, different or silent; null when it was not looked.</param>
internal sealed record RecordView(string Name, string Kind, string Value, string Line, DomainRecordState? State, string? There)
{
    public static RecordView Of(DomainRecord record) => new(record.Name, record.Kind, record.Value, record.Line, record.State, record.There);
}

internal sealed record QueuedView(string Id, string? Sender, DateTimeOffset QueuedAt, long Size, IReadOnlyList<WaitingView> Recipients)
{
    public static QueuedView Of(QueuedMessage message) => new(
        message.Id, message.ReversePath?.ToString(), message.QueuedAt, message.Size,
        [.. message.Recipients.Select(one => new WaitingView(one.Address.ToString(), one.Attempts, one.NextAt, one.LastError))]);
}

internal sealed record WaitingView(string Address, int Attempts, DateTimeOffset NextAt, string? LastError);

/// <param name="Until">From then on it is tried again.</param>
/// <param name="Reason">Its server's last words.</param>
internal sealed record DeadView(string Address, int Refusals, DateTimeOffset FirstAt, DateTimeOffset LastAt, DateTimeOffset Until, string Reason, string? Server)
{
    public static DeadView Of(DeadAddress dead) => new(
        dead.Address.ToString(), dead.Refusals, dead.FirstAt, dead.LastAt, dead.Until, dead.Reason, dead.Server);
}

internal sealed record TracedView(string Id, string? Sender, string? MessageId, IReadOnlyList<FateView> Recipients)
{
    public static TracedView Of(TracedMail mail) => new(
        mail.Id, mail.ReversePath?.ToString(), mail.MessageId,
        [.. mail.Recipients.Select(one => new FateView(one.Address.ToString(), one.State, one.At, one.Status, one.Diagnostic, one.Server))]);
}

internal sealed record FateView(string Address, TraceState State, DateTimeOffset At, string Status, string Diagnostic, string? Server);

/// <param name="Kind">dmarc or tls.</param>
/// <param name="Proven">Signed by the domain that has sent it.</param>
/// <param name="Total">Messages in the domain's name, or connections to its servers.</param>
/// <param name="Failed">Of those: not proven to be its own, or not sure.</param>
/// <param name="Senders">Of one DMARC report.</param>
/// <param name="Policies">Of one TLS report.</param>
internal sealed record AggregateView(
    long Id, ReportKind Kind, string Domain, string Reporter, bool Proven, DateTimeOffset Begin, DateTimeOffset End, long Total, long Failed,
    IReadOnlyList<AggregateSenderView>? Senders, IReadOnlyList<AggregatePolicyView>? Policies)
{
    public static AggregateView Of(ReceivedReport report) => new(
        report.Id, report.Kind, report.Domain, report.Reporter, report.IsProven, report.Begin, report.End, report.Total, report.Failed,
        report.Dmarc?.Rows.Select(row => new AggregateSenderView(
            row.Facts.Client, row.Count, row.Facts.Disposition, row.Facts.IsDkimAligned, row.Facts.IsSpfAligned, row.Facts.EnvelopeFrom, row.Facts.HeaderFrom)).ToList(),
        report.Tls?.Policies.Select(policy => new AggregatePolicyView(
            policy.Policy.Kind, policy.Policy.Domain, policy.Successes, policy.Failures,
            [.. policy.Details.Select(one => new AggregateFailureView(one.Failure.Result, one.Failure.Exchanger, one.Failure.Address, one.Count))])).ToList());
}

/// <param name="Disposition">none, quarantine or reject.</param>
/// <param name="Dkim">A signature of the domain itself holds.</param>
internal sealed record AggregateSenderView(string Address, long Messages, string Disposition, bool Dkim, bool Spf, string EnvelopeFrom, string HeaderFrom);

internal sealed record AggregatePolicyView(string Policy, string Domain, long Successes, long Failures, IReadOnlyList<AggregateFailureView> Details);

internal sealed record AggregateFailureView(string Result, string Exchanger, string Address, long Sessions);

/// <param name="Allowed">False: always spam.</param>
internal sealed record SenderView(string Sender, bool Allowed, DateTimeOffset At);

internal sealed record DecisionView(DateTimeOffset At, string Sender, bool InSpam, double Score, double Required, IReadOnlyList<ReasonView> Reasons)
{
    public static DecisionView Of(SpamDecision decision) => new(
        decision.At, decision.Sender, decision.IsInSpam, decision.Opinion.Score, decision.Opinion.Required,
        [.. decision.Opinion.Reasons.Select(reason => new ReasonView(reason.Sign, reason.Points))]);
}

internal sealed record ReasonView(string Sign, double Points);

internal sealed record StaffView(string Login, string Name, IReadOnlyList<string> Roles, IReadOnlyList<string> Domains)
{
    public static StaffView Of(OfficeMember member) => new(
        member.Person.Login, member.Person.Name, OfficeRolesText.Format(member.Standing.Roles).Split(','), [.. member.Standing.Domains.Order(StringComparer.Ordinal)]);
}

internal sealed record TokenView(long Id, string Name, string Person, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? Until, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt)
{
    public static TokenView Of(OfficeToken token) => new(
        token.Id.Value, token.Name, token.Maker.Login, [.. token.Scopes.Order(StringComparer.Ordinal)], token.CreatedAt, token.Until, token.LastUsedAt, token.RevokedAt);
}

internal sealed record EntryView(
    long Id, DateTimeOffset At, string Who, OfficeWay Way, string? Address, string Act, string Subject, string Detail, JournalOutcome Outcome, string? Reason)
{
    public static EntryView Of(JournalEntry entry) => new(
        entry.Id, entry.At, entry.Who, entry.Way, entry.Address, entry.Act, entry.Subject, entry.Detail, entry.Outcome, entry.Reason);
}

internal sealed record OverviewView(int Mailboxes, int Waiting, int Sessions, DateTimeOffset? LastBackup, IReadOnlyList<LevelView> Filling)
{
    /// <summary>Devices that are refused, those that need help first.</summary>
    public IReadOnlyList<FailingView> Failing { get; init; } = [];

    public static OverviewView Of(OverviewFacts facts) => new(
        facts.Mailboxes, facts.Waiting, facts.Sessions, facts.LastBackup?.FinishedAt,
        [.. facts.Filling.Select(level => new LevelView(level.Address, level.Used, level.Limit, level.FullInDays))])
    {
        Failing = [.. facts.Failing.Select(one => new FailingView(one.Address, one.Name, one.Last.Outcome.ToString(), one.Last.Remote.ToString(), one.Last.At, one.Since, one.Times))],
    };
}

/// <param name="Since">Set when it has failed for long.</param>
internal sealed record FailingView(string Mailbox, string? Device, string Outcome, string Remote, DateTimeOffset At, DateTimeOffset? Since, int Times);

internal sealed record LevelView(string Mailbox, long Used, long? Limit, int? FullInDays);

/// <param name="Events">Names or beginnings of names; empty for all.</param>
internal sealed record HookView(long Id, string Url, IReadOnlyList<string> Events, DateTimeOffset CreatedAt, DateTimeOffset? LastAt, string? LastError, int Waiting)
{
    public static HookView Of(Hook hook) => new(hook.Id.Value, hook.Url, hook.Events, hook.CreatedAt, hook.LastAt, hook.LastError, hook.Waiting);
}

/// <param name="Secret">The key of the signature: HMAC-SHA256 of "time.body".</param>
internal sealed record HookSecretView(string Secret);

/// <param name="Posting">Who may write.</param>
/// <param name="Suspended">Members that get nothing, because nothing arrives.</param>
internal sealed record AnnouncementListView(string Address, string Title, ListPosting Posting, int Members, int Suspended)
{
    public static AnnouncementListView Of(ListFacts facts) =>
        new(facts.List.Address.ToString(), facts.List.Title, facts.List.Posting, facts.Members.Count, facts.Suspended);
}

internal sealed record ListDetailsView(string Address, string Title, ListPosting Posting, IReadOnlyList<ListMemberView> Members)
{
    public static ListDetailsView Of(ListFacts facts) => new(
        facts.List.Address.ToString(), facts.List.Title, facts.List.Posting,
        [.. facts.Members.Select(member => new ListMemberView(member.Address.ToString(), member.MayPost, member.JoinedAt, member.SuspendedAt))]);
}

/// <param name="SuspendedAt">Gets nothing since then; null for one who gets it.</param>
internal sealed record ListMemberView(string Address, bool MayPost, DateTimeOffset JoinedAt, DateTimeOffset? SuspendedAt);

/// <summary>How much was put back; not what, which is the members' own.</summary>
/// <param name="Conflicts">That somebody else has changed since, and were left.</param>
internal sealed record UndoneView(int Restored, int AlreadySo, int Folders, int Conflicts)
{
    public static UndoneView Of(UndoResult result) => new(result.Restored, result.AlreadySo, result.Folders.Count, result.Conflicts.Count);
}

internal sealed record BackupView(string Name, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, int Mailboxes, long Bytes)
{
    public static BackupView Of(BackupInfo backup) => new(backup.Name, backup.StartedAt, backup.FinishedAt, backup.Mailboxes, backup.Bytes);
}

/// <param name="Password">Of a mailbox that was made for it; the one time it can be read.</param>
internal sealed record RestoredView(string Address, string Backup, string? Password, int Restored, int Present, int Elsewhere, int Destroyed, IReadOnlyList<string> NewFolders)
{
    public static RestoredView Of(MailboxRestored restored) => new(
        restored.Address, restored.Backup.Name, restored.Password, restored.Counts.Restored, restored.Counts.Present, restored.Counts.Elsewhere,
        restored.Counts.Destroyed, restored.Counts.NewFolders);

    /// <summary>Never shows the password.</summary>
    public override string ToString() => Address;
}

/// <param name="Record">What DNS must say.</param>
internal sealed record KeyView(string Selector, DkimKeyType Type, DomainKeyState State, DateTimeOffset CreatedAt, string Record)
{
    public static KeyView Of(DomainKey key) => new(key.Selector, key.Type, key.State, key.CreatedAt, key.Record);
}

/// <summary>What a repair found, did and could not do.</summary>
internal sealed record RepairView(
    string Address, bool Trial, string File, IReadOnlyList<string> Findings, IReadOnlyList<string> Remaining, int Corrected, int Refilled,
    int Returned, int Recovered, IReadOnlyList<LostMessage> Lost)
{
    public static RepairView Of(RepairOutcome outcome) => new(
        outcome.Address, outcome.IsTrial, outcome.File.ToString(), outcome.Findings, outcome.Remaining, outcome.Corrected, outcome.Refilled,
        outcome.Returned, outcome.Recovered, outcome.Lost);
}
