using System.Text.Json.Serialization;
using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Filtering.Spam;
using Casella.Core.Lists;
using Casella.Core.Messages;
using Casella.Core.Office;
using Casella.Core.Queue;
using Casella.Core.Signing;
using Casella.Formats.Addresses;
using Casella.Server.Administration.Doctor;

namespace Casella.Server.Administration;

/// <summary>
/// One thing an administrator asks for. The table below is all there is: the same record runs in the server, sent over
/// the control socket, or in the command's own process when no server runs. To add one: a record here or beside, a row
/// in the table, a command in <see cref="CommandLine"/>.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(GetStatus), "status")]
[JsonDerivedType(typeof(AddDomain), "domain.add")]
[JsonDerivedType(typeof(ListDomains), "domain.list")]
[JsonDerivedType(typeof(RemoveDomain), "domain.remove")]
[JsonDerivedType(typeof(ShowDns), "dns")]
[JsonDerivedType(typeof(ListDkimKeys), "dkim.list")]
[JsonDerivedType(typeof(RotateDkimKeys), "dkim.rotate")]
[JsonDerivedType(typeof(ActivateDkimKeys), "dkim.activate")]
[JsonDerivedType(typeof(AddAccount), "account.add")]
[JsonDerivedType(typeof(CheckAccount), "account.check")]
[JsonDerivedType(typeof(ListAccounts), "account.list")]
[JsonDerivedType(typeof(ShowAccount), "account.show")]
[JsonDerivedType(typeof(SetPassword), "account.set-password")]
[JsonDerivedType(typeof(SetQuota), "account.set-quota")]
[JsonDerivedType(typeof(RemoveAccount), "account.remove")]
[JsonDerivedType(typeof(ShowPolicy), "account.show-policy")]
[JsonDerivedType(typeof(SetPolicy), "account.set-policy")]
[JsonDerivedType(typeof(HealFolders), "heal")]
[JsonDerivedType(typeof(AddAlias), "alias.add")]
[JsonDerivedType(typeof(ListAliases), "alias.list")]
[JsonDerivedType(typeof(RemoveAlias), "alias.remove")]
[JsonDerivedType(typeof(PutList), "list.put")]
[JsonDerivedType(typeof(ListLists), "list.list")]
[JsonDerivedType(typeof(ShowList), "list.show")]
[JsonDerivedType(typeof(RemoveList), "list.remove")]
[JsonDerivedType(typeof(Subscribe), "list.subscribe")]
[JsonDerivedType(typeof(Unsubscribe), "list.unsubscribe")]
[JsonDerivedType(typeof(AddPerson), "person.add")]
[JsonDerivedType(typeof(ListPersons), "person.list")]
[JsonDerivedType(typeof(ShowPerson), "person.show")]
[JsonDerivedType(typeof(SetPersonPassword), "person.set-password")]
[JsonDerivedType(typeof(PersonLeaves), "person.leave")]
[JsonDerivedType(typeof(SetMember), "member.add")]
[JsonDerivedType(typeof(SetOneLogin), "member.one-login")]
[JsonDerivedType(typeof(RemoveMember), "member.remove")]
[JsonDerivedType(typeof(ListMembers), "member.list")]
[JsonDerivedType(typeof(MakeOwnerLink), "office.link")]
[JsonDerivedType(typeof(ListStaff), "office.list")]
[JsonDerivedType(typeof(SetStaff), "office.set")]
[JsonDerivedType(typeof(InvitePerson), "office.invite")]
[JsonDerivedType(typeof(ReadJournal), "office.journal")]
[JsonDerivedType(typeof(AddToken), "office.token-add")]
[JsonDerivedType(typeof(ListTokens), "office.token-list")]
[JsonDerivedType(typeof(RevokeToken), "office.token-revoke")]
[JsonDerivedType(typeof(MakeSheet), "account.sheet")]
[JsonDerivedType(typeof(AddDevice), "device.add")]
[JsonDerivedType(typeof(ListDevices), "device.list")]
[JsonDerivedType(typeof(RevokeDevice), "device.revoke")]
[JsonDerivedType(typeof(UndoChanges), "undo")]
[JsonDerivedType(typeof(ShowHistory), "history")]
[JsonDerivedType(typeof(ShowStory), "history.message")]
[JsonDerivedType(typeof(DestroyMessages), "destroy")]
[JsonDerivedType(typeof(ListScripts), "sieve.list")]
[JsonDerivedType(typeof(ShowScript), "sieve.show")]
[JsonDerivedType(typeof(PutScript), "sieve.put")]
[JsonDerivedType(typeof(ActivateScript), "sieve.activate")]
[JsonDerivedType(typeof(RemoveScript), "sieve.remove")]
[JsonDerivedType(typeof(CheckScript), "sieve.check")]
[JsonDerivedType(typeof(SetSender), "spam.set")]
[JsonDerivedType(typeof(UndoSender), "spam.undo")]
[JsonDerivedType(typeof(ListSenders), "spam.list")]
[JsonDerivedType(typeof(ShowSpamStatistics), "spam.stats")]
[JsonDerivedType(typeof(ExplainSpam), "spam.why")]
[JsonDerivedType(typeof(ListQueue), "queue.list")]
[JsonDerivedType(typeof(TraceMail), "trace")]
[JsonDerivedType(typeof(ListReports), "reports.list")]
[JsonDerivedType(typeof(ShowReport), "reports.show")]
[JsonDerivedType(typeof(RetryQueued), "queue.retry")]
[JsonDerivedType(typeof(RetryAllQueued), "queue.retryAll")]
[JsonDerivedType(typeof(RemoveQueued), "queue.remove")]
[JsonDerivedType(typeof(ListDeadAddresses), "queue.dead")]
[JsonDerivedType(typeof(LiftDeadAddress), "queue.liftDead")]
[JsonDerivedType(typeof(RebuildIndex), "index.rebuild")]
[JsonDerivedType(typeof(GetIndexStatus), "index.status")]
[JsonDerivedType(typeof(SetContact), "contact")]
[JsonDerivedType(typeof(MakeBackup), "backup")]
[JsonDerivedType(typeof(RestoreMailbox), "restore")]
[JsonDerivedType(typeof(ExportMail), "export")]
[JsonDerivedType(typeof(ImportMail), "import")]
[JsonDerivedType(typeof(MigrateMailboxes), "migrate")]
[JsonDerivedType(typeof(PruneBackups), "backup.prune")]
[JsonDerivedType(typeof(ShowLogs), "logs")]
[JsonDerivedType(typeof(ListBans), "bans.list")]
[JsonDerivedType(typeof(LiftBan), "bans.lift")]
[JsonDerivedType(typeof(ListSessions), "top")]
[JsonDerivedType(typeof(ListCertificates), "certificate.status")]
[JsonDerivedType(typeof(RenewCertificates), "certificate.renew")]
[JsonDerivedType(typeof(ChangeCertificateAccountKey), "certificate.change-key")]
[JsonDerivedType(typeof(RunDoctor), "doctor")]
[JsonDerivedType(typeof(Verify), "verify")]
[JsonDerivedType(typeof(RepairMailbox), "repair")]
internal abstract record AdminRequest
{
    /// <summary>Does it; the result is a record or list of Views.cs' kind.</summary>
    public abstract Task<object> ExecuteAsync(AdminContext context, CancellationToken cancellationToken);
}

/// <summary>A request whose answer has this type.</summary>
internal abstract record AdminRequest<TResult> : AdminRequest
    where TResult : notnull
{
    public sealed override async Task<object> ExecuteAsync(AdminContext context, CancellationToken cancellationToken) =>
        await RunAsync(context, cancellationToken);

    protected abstract Task<TResult> RunAsync(AdminContext context, CancellationToken cancellationToken);
}

/// <summary>What requests work with.</summary>
/// <param name="Services">The rooms below: a request takes of them what it needs.</param>
/// <param name="Status">Null in a command's own process.</param>
/// <param name="Tell">Takes a line for the administrator while the request is still at work.</param>
internal sealed record AdminContext(IServiceProvider Services, Func<ServerStatus>? Status, Action<string> Tell)
{
    public MailDirectory Directory => Services.GetRequiredService<MailDirectory>();
    public People People => Services.GetRequiredService<People>();
    public Devices Devices => Services.GetRequiredService<Devices>();
    public MailAccounts Accounts => Services.GetRequiredService<MailAccounts>();
    public DomainKeys Keys => Services.GetRequiredService<DomainKeys>();
    public DomainSpam DomainSpam => Services.GetRequiredService<DomainSpam>();
    public MailingLists Lists => Services.GetRequiredService<MailingLists>();
    public MailQueue Queue => Services.GetRequiredService<MailQueue>();

    /// <summary>What changes something goes through the office's door, as pages and programs do, and is in its journal.</summary>
    public OfficeDoor Office => Services.GetRequiredService<OfficeDoors>().Open(OfficeCaller.CommandLine);

    /// <summary>A domain of ours as somebody has typed it, canonical.</summary>
    /// <exception cref="MailException">NoSuchDomain.</exception>
    public async Task<string> DomainAsync(string typed, CancellationToken cancellationToken) =>
        DomainName.TryCanonicalize(typed.Trim(), out var name)
        && (await Directory.DomainsAsync(cancellationToken)).Any(domain => string.Equals(domain.Name, name, StringComparison.Ordinal))
            ? name
            : throw new MailException(MailError.NoSuchDomain, typed);

    /// <summary>The door to a mailbox for who administers it; the change log says so.</summary>
    public async Task<MailAccount> OpenAsync(string address, CancellationToken cancellationToken) =>
        await Accounts.OpenAsync((await Directory.AccountAsync(address, cancellationToken)).Id, Actor.Administrator, cancellationToken);
}
