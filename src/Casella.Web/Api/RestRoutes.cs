using System.Globalization;
using Casella.Core.Backups;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Office;
using Casella.Core.Policies;

namespace Casella.Web.Api;

/// <summary>
/// All that programs may ask for, one row each: the calls, the document (OpenAPI) and the test of who may what are made
/// of it. To add one: a row here; what it does is a method behind <see cref="OfficeDoor"/>.
/// </summary>
internal static class RestRoutes
{
    public static IReadOnlyList<RestRoute> All { get; } = [.. Overview(), .. Mailboxes(), .. Members(), .. People(), .. Addresses(), .. Lists(), .. Care(), .. Mail(), .. Spam(), .. Office()];

    public static (RestRoute? Route, IReadOnlyDictionary<string, string> Values) Find(string method, IReadOnlyList<string> segments)
    {
        foreach (var route in All)
            if (string.Equals(route.Method, method, StringComparison.OrdinalIgnoreCase) && route.Match(segments) is { } values)
                return (route, values);
        return (null, new Dictionary<string, string>(StringComparer.Ordinal));
    }

    public static bool HasPath(IReadOnlyList<string> segments) => All.Any(route => route.Match(segments) is not null);

    private static RestRoute Get<T>(string path, OfficeAct act, string summary, Func<RestCall, Task<T>> run, params string[] query)
        where T : notnull => new("GET", path, act, summary, async call => await run(call)) { Answer = typeof(T), Query = query };

    private static RestRoute Do(string method, string path, OfficeAct act, string summary, Func<RestCall, Task> run) =>
        new(method, path, act, summary, async call => { await run(call); return null; });

    private static RestRoute Put<TBody>(string method, string path, OfficeAct act, string summary, Func<RestCall, TBody, Task> run)
        where TBody : class => new(method, path, act, summary, async call => { await run(call, await call.BodyAsync<TBody>()); return null; }) { Body = typeof(TBody) };

    private static RestRoute Post<TBody, T>(string path, OfficeAct act, string summary, Func<RestCall, TBody, Task<T>> run)
        where TBody : class
        where T : notnull => new("POST", path, act, summary, async call => await run(call, await call.BodyAsync<TBody>())) { Body = typeof(TBody), Answer = typeof(T), IsCreation = true };

    private static IEnumerable<RestRoute> Overview() =>
    [
        Get("/overview", OfficeAct.SeeOverview, "What whoever comes in the morning wants to know first",
            async call => OverviewView.Of(await call.Door.Overview.ReadAsync(call.Stop))),
    ];

    private static IEnumerable<RestRoute> Mailboxes() =>
    [
        Get<IReadOnlyList<MailboxView>>("/mailboxes", OfficeAct.SeeMailboxes, "All mailboxes, by domain and name",
            async call => [.. (await call.Door.Mailboxes.ListAsync(call.Stop)).Select(MailboxView.Of)]),
        Post<NewMailboxBody, AddedMailboxView>("/mailboxes", OfficeAct.AddMailbox, "Makes a mailbox with its members", async (call, body) =>
        {
            var members = (body.Members ?? []).Select(member => new MemberToAdd(member.Login, Rights(member.Rights)));
            var added = await call.Door.Mailboxes.AddAsync(
                new MailboxToAdd(body.Address, body.Name, body.Quota, body.Password, body.CommonPassword, [.. members]), call.Stop);
            return new AddedMailboxView(added.Account.Address.ToString(), added.Password);
        }),
        Get("/mailboxes/{address}", OfficeAct.SeeMailboxes, "Everything about a mailbox but its mail",
            async call => MailboxDetailsView.Of(await call.Door.Mailboxes.ShowAsync(call["address"], call.Stop))),
        Do("DELETE", "/mailboxes/{address}", OfficeAct.RemoveMailbox, "Removes a mailbox with all its mail",
            call => call.Door.Mailboxes.RemoveAsync(call["address"], call.Stop)),
        Put<QuotaBody>("PUT", "/mailboxes/{address}/quota", OfficeAct.SetQuota, "Sets how much it may hold",
            (call, body) => call.Door.Mailboxes.SetQuotaAsync(call["address"], body.Bytes, call.Stop)),
        Post<PasswordBody, PasswordView>("/mailboxes/{address}/common-password", OfficeAct.SetCommonPassword, "Gives it a common password, or another one",
            async (call, body) => new PasswordView(await call.Door.Mailboxes.SetCommonPasswordAsync(call["address"], body.Password, call.Stop))),
        Do("DELETE", "/mailboxes/{address}/common-password", OfficeAct.DropCommonPassword, "From now on only devices of persons open it",
            call => call.Door.Mailboxes.DropCommonPasswordAsync(call["address"], call.Stop)),
        Get("/mailboxes/{address}/policy", OfficeAct.SeeMailboxes, "Its rules, by name",
            async call => Policy((await call.Door.Mailboxes.ShowAsync(call["address"], call.Stop)).Policy)),
        Put<Dictionary<string, string>>("PATCH", "/mailboxes/{address}/policy", OfficeAct.SetPolicy, "Sets rules, all of those named or none",
            (call, body) => call.Door.Mailboxes.SetPolicyAsync(call["address"], body, call.Stop)),
    ];

    private static IEnumerable<RestRoute> Members() =>
    [
        Put<RightsBody>("PUT", "/mailboxes/{address}/members/{login}", OfficeAct.SetMember, "Makes a person a member, or gives a member other rights",
            (call, body) => call.Door.People.SetMemberAsync(call["address"], call["login"], Rights(body.Rights), call.Stop)),
        Do("DELETE", "/mailboxes/{address}/members/{login}", OfficeAct.RemoveMember, "Ends a membership",
            call => call.Door.People.RemoveMemberAsync(call["address"], call["login"], call.Stop)),
        Post<NewDeviceBody, AddedDeviceView>("/mailboxes/{address}/devices", OfficeAct.AddDevice, "Makes a device of a member; its password can be read this once", async (call, body) =>
        {
            var added = await call.Door.People.AddDeviceAsync(new DeviceToAdd(call["address"], body.Login, body.Name, Protocols(body.Protocols)), call.Stop);
            return new AddedDeviceView(DeviceView.Of(added.Device), added.Password);
        }),
        Do("DELETE", "/mailboxes/{address}/devices/{device}", OfficeAct.RevokeDevice, "Takes a device's password its force; by number or name",
            call => call.Door.People.RevokeDeviceAsync(call["address"], call["device"], call.Stop)),
    ];

    private static IEnumerable<RestRoute> People() =>
    [
        Get<IReadOnlyList<PersonView>>("/people", OfficeAct.SeePeople, "All persons, also those who have left, by name",
            async call => [.. (await call.Door.People.ListAsync(call.Stop)).Select(PersonView.Of)]),
        Post<NewPersonBody, PersonView>("/people", OfficeAct.AddPerson, "Adds a person, who has no password yet", async (call, body) => PersonView.Of(
            await call.Door.People.AddAsync(new PersonToAdd(body.Name, body.Login, body.Language is "en" ? Language.English : Language.Italian, null), call.Stop))),
        Get("/people/{login}", OfficeAct.SeePeople, "A person with mailboxes and devices",
            async call => PersonDetailsView.Of(await call.Door.People.ShowAsync(call["login"], call.Stop))),
        new("POST", "/people/{login}/invitation", OfficeAct.InvitePerson, "Makes a link by which the person chooses a password, once", async call => new InvitationView(
            Web.Office.OfficeAddress.OfLink(call.Site.HostName, call.Site.HttpsPort(), await call.Door.People.InviteAsync(call["login"], call.Stop)))) { Answer = typeof(InvitationView), IsCreation = true },
        Put<PasswordBody>("PUT", "/people/{login}/password", OfficeAct.SetPersonPassword, "Sets what the person signs in with",
            (call, body) => call.Door.People.SetPasswordAsync(call["login"], body.Password ?? "", call.Stop)),
        new("POST", "/people/{login}/leave", OfficeAct.PersonLeaves, "The person goes: devices and memberships end, the mail stays",
            async call => HandOverView.Of(await call.Door.People.LeaveAsync(call["login"], call.Stop))) { Answer = typeof(HandOverView) },
    ];

    private static IEnumerable<RestRoute> Addresses() =>
    [
        Get<IReadOnlyList<AliasView>>("/aliases", OfficeAct.SeeAliases, "All aliases and groups",
            async call => [.. (await call.Door.Aliases.ListAsync(call.Stop)).Select(AliasView.Of)]),
        Do("PUT", "/aliases/{alias}/targets/{target}", OfficeAct.AddAlias, "Adds a target to an alias, which is made with its first",
            call => call.Door.Aliases.AddAsync(call["alias"], call["target"], call.Stop)),
        Do("DELETE", "/aliases/{alias}/targets/{target}", OfficeAct.RemoveAlias, "Takes a target out of an alias",
            call => call.Door.Aliases.RemoveAsync(call["alias"], call["target"], call.Stop)),
        Do("DELETE", "/aliases/{alias}", OfficeAct.RemoveAlias, "Removes an alias", call => call.Door.Aliases.RemoveAsync(call["alias"], null, call.Stop)),
        Get<IReadOnlyList<DomainView>>("/domains", OfficeAct.SeeDomains, "All domains",
            async call => [.. (await call.Door.Domains.ListAsync(call.Stop)).Select(DomainView.Of)]),
        Post<NewDomainBody, DomainView>("/domains", OfficeAct.AddDomain, "Adds a domain with the keys that sign its mail",
            async (call, body) => DomainView.Of(await call.Door.Domains.AddAsync(body.Domain, call.Stop))),
        Do("DELETE", "/domains/{domain}", OfficeAct.RemoveDomain, "Removes a domain without mailboxes and aliases",
            call => call.Door.Domains.RemoveAsync(call["domain"], call.Stop)),
        Get<IReadOnlyList<RecordView>>("/domains/{domain}/records", OfficeAct.SeeDomains, "What DNS must say of it; with check=true also what it says",
            async call => [.. (await call.Door.Domains.RecordsAsync(call["domain"], call.Query("check") is "true", call.Stop)).Records.Select(RecordView.Of)], "check"),
    ];

    private static IEnumerable<RestRoute> Lists() =>
    [
        Get<IReadOnlyList<AnnouncementListView>>("/lists", OfficeAct.SeeLists, "All announcement lists, by address",
            async call => [.. (await call.Door.Lists.ListAsync(call.Stop)).Select(AnnouncementListView.Of)]),
        Get("/lists/{list}", OfficeAct.SeeLists, "A list with its members", async call => ListDetailsView.Of(await call.Door.Lists.ShowAsync(call["list"], call.Stop))),
        Put<ListBody>("PUT", "/lists/{list}", OfficeAct.SetList, "Makes a list, or changes its settings",
            (call, body) => call.Door.Lists.PutAsync(call["list"], body.Title ?? "", body.Posting, call.Stop)),
        Do("DELETE", "/lists/{list}", OfficeAct.RemoveList, "Removes a list; nobody is told", call => call.Door.Lists.RemoveAsync(call["list"], call.Stop)),
        Put<ListMemberBody>("PUT", "/lists/{list}/members/{member}", OfficeAct.SetListMember, "Puts an address on a list, or changes what it may",
            (call, body) => call.Door.Lists.SubscribeAsync(call["list"], [call["member"]], body.MayPost, call.Stop)),
        Do("DELETE", "/lists/{list}/members/{member}", OfficeAct.RemoveListMember, "Takes an address off a list",
            call => call.Door.Lists.UnsubscribeAsync(call["list"], call["member"], call.Stop)),
    ];

    private static IEnumerable<RestRoute> Care() =>
    [
        Post<UndoBody, UndoneView>("/mailboxes/{address}/undo", OfficeAct.UndoChanges, "Takes back what a device or a person did; with trial only says how much it would be", async (call, body) => UndoneView.Of(
            await call.Door.Care.UndoAsync(
                call["address"], body.Device, body.Login,
                new UndoRequest { Since = body.Since, Until = body.Until ?? DateTimeOffset.MaxValue, IsTrial = body.Trial }, call.Stop))),
        new("POST", "/mailboxes/{address}/heal", OfficeAct.HealFolders, "Merges folders that programs have doubled",
            async call => (await call.Door.Care.HealAsync(call["address"], call.Stop)).Select(folder => folder.Name.Value).ToList()) { Answer = typeof(IReadOnlyList<string>) },
        new("POST", "/mailboxes/{address}/repair", OfficeAct.RepairMailbox, "Mends what is damaged of a mailbox, from the last backup where it must; with trial=true only looks",
            async call => RepairView.Of(await call.Door.Care.RepairAsync(call["address"], call.Query("trial") is "true", _ => { }, call.Stop)))
        { Answer = typeof(RepairView), Query = ["trial"] },
        Get<IReadOnlyList<BackupView>>("/backups", OfficeAct.SeeBackups, "Backups beside the last one, the newest first",
            async call => [.. (await call.Door.Backups.ListAsync(call.Stop)).Select(BackupView.Of)]),
        Post<RestoreBody, RestoredView>("/mailboxes/{address}/restore", OfficeAct.RestoreMailbox, "Puts back what a mailbox or folder lacks of a backup, while the service runs", async (call, body) => RestoredView.Of(
            await call.Door.Backups.RestoreAsync(
                new MailboxToRestore("", body.From ?? call["address"], call["address"], body.Folder is null ? null : FolderOf(body.Folder), body.At), _ => { }, call.Stop))),
        Get<IReadOnlyList<KeyView>>("/domains/{domain}/keys", OfficeAct.SeeDomains, "The keys that sign its mail, those that wait and those that did",
            async call => [.. (await call.Door.Domains.KeysAsync(call["domain"], call.Stop)).Select(KeyView.Of)]),
        Do("POST", "/domains/{domain}/keys", OfficeAct.MakeKeys, "Makes new keys, which wait until DNS knows them",
            call => call.Door.Domains.MakeKeysAsync(call["domain"], call.Stop)),
        Do("POST", "/domains/{domain}/keys/use", OfficeAct.UseKeys, "The new keys sign from now on; with unseen=true also if DNS does not know them here",
            call => call.Door.Domains.UseKeysAsync(call["domain"], call.Query("unseen") is "true", call.Stop)) with { Query = ["unseen"] },
    ];

    private static IEnumerable<RestRoute> Mail() =>
    [
        Get<IReadOnlyList<QueuedView>>("/queue", OfficeAct.SeeQueue, "What waits to leave, oldest first",
            async call => [.. (await call.Door.Mail.QueueAsync(call.Stop)).Select(QueuedView.Of)]),
        Do("POST", "/queue/{id}/retry", OfficeAct.RetryMail, "Makes the next attempt due now", call => call.Door.Mail.RetryAsync(call["id"], call.Stop)),
        Do("POST", "/queue/retry", OfficeAct.RetryMail, "Makes the next attempt of everything that has failed before due now", call => call.Door.Mail.RetryAllAsync(call.Stop)),
        Do("DELETE", "/queue/{id}", OfficeAct.RemoveMail, "Forgets a message; nobody is told", call => call.Door.Mail.RemoveAsync(call["id"], call.Stop)),
        Get<IReadOnlyList<DeadView>>("/queue/dead", OfficeAct.SeeQueue, "Addresses elsewhere that have refused mail again and again: nothing is sent there for now",
            async call => [.. (await call.Door.Mail.DeadAsync(call.Stop)).Select(DeadView.Of)]),
        Do("DELETE", "/queue/dead/{recipient}", OfficeAct.LiftDeadAddress, "Lets an address be tried again", call => call.Door.Mail.LiftDeadAsync(call["recipient"], call.Stop)),
        Get<IReadOnlyList<TracedView>>("/trace", OfficeAct.TraceMail, "Where a mail is; what is a queue id, a Message-ID or a recipient",
            async call => [.. (await call.Door.Mail.TraceAsync(call.Query("what") ?? "", call.Stop)).Select(TracedView.Of)], "what"),
        Get<IReadOnlyList<AggregateView>>("/reports", OfficeAct.SeeReports, "What other servers report of our domains (DMARC, TLS), the newest first",
            async call => [.. (await call.Door.Reports.ListAsync(call.Query("about"), call.Stop)).Select(AggregateView.Of)], "about"),
        Get("/reports/{report}", OfficeAct.SeeReports, "A report with all that is in it", async call => AggregateView.Of(await call.Door.Reports.ShowAsync(
            long.TryParse(call["report"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0, call.Stop))),
    ];

    private static IEnumerable<RestRoute> Spam() =>
    [
        Get<IReadOnlyList<DecisionView>>("/mailboxes/{address}/spam", OfficeAct.SeeSpam, "The newest mail as the spam filter saw it",
            async call => [.. (await call.Door.Spam.DecisionsAsync(call["address"], call.Stop)).Select(DecisionView.Of)]),
        Get<IReadOnlyList<SenderView>>("/senders/{owner}", OfficeAct.SeeSpam, "Senders that a mailbox or domain has decided about",
            async call => [.. (await call.Door.Spam.SendersAsync(call["owner"], call.Stop)).Select(one => new SenderView(one.Entry, one.IsAllowed, one.At))]),
        Put<SenderBody>("PUT", "/senders/{owner}/{sender}", OfficeAct.SetSender, "Always lets a sender in, or never",
            (call, body) => call.Door.Spam.SetSenderAsync(call["owner"], call["sender"], body.Allowed, call.Stop)),
        Do("DELETE", "/senders/{owner}/{sender}", OfficeAct.SetSender, "Takes a sender off the list",
            call => call.Door.Spam.SetSenderAsync(call["owner"], call["sender"], null, call.Stop)),
        Do("POST", "/journal/{entry}/undo", OfficeAct.SetSender, "Takes back a change of a list of senders, by its entry in the journal", call => call.Door.Spam.UndoAsync(
            long.TryParse(call["entry"], NumberStyles.None, CultureInfo.InvariantCulture, out var entry) ? entry : 0, call.Stop)),
    ];

    private static IEnumerable<RestRoute> Office() =>
    [
        Get<IReadOnlyList<StaffView>>("/staff", OfficeAct.SeeStaff, "Who is what in the office",
            async call => [.. (await call.Door.Staff.ListAsync(call.Stop)).Select(StaffView.Of)]),
        Get<IReadOnlyList<TokenView>>("/tokens", OfficeAct.SeeTokens, "The tokens, also revoked ones",
            async call => [.. (await call.Door.Tokens.ListAsync(call.Stop)).Select(TokenView.Of)]),
        Get<IReadOnlyList<HookView>>("/hooks", OfficeAct.SeeHooks, "The webhooks",
            async call => [.. (await call.Door.Hooks.ListAsync(call.Stop)).Select(HookView.Of)]),
        Post<NewHookBody, HookSecretView>("/hooks", OfficeAct.AddHook, "Adds a webhook; its key can be read this once",
            async (call, body) => new HookSecretView(await call.Door.Hooks.AddAsync(body.Url, body.Events ?? [], call.Stop))),
        Do("DELETE", "/hooks/{hook}", OfficeAct.RemoveHook, "Removes a webhook with the calls that wait",
            call => call.Door.Hooks.RemoveAsync(new HookId(long.TryParse(call["hook"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0), call.Stop)),
        Get<IReadOnlyList<EntryView>>("/journal", OfficeAct.SeeJournal, "Who did what, the newest first",
            async call => [.. (await call.Door.Journal.ReadAsync(call.Number("limit") ?? 100, call.Number("before"), call.Query("about"), call.Stop)).Select(EntryView.Of)],
            "limit", "before", "about"),
    ];

    /// <exception cref="DirectoryRuleException">It can be none.</exception>
    private static MailboxName FolderOf(string typed) => MailboxName.TryParse(typed, out var name) ? name
        : throw new DirectoryRuleException($"\"{typed}\" can be no folder.");

    private static Dictionary<string, string> Policy(MailboxPolicy policy) =>
        PolicyTable.Rows.ToDictionary(row => row.Name, row => row.Get(policy), StringComparer.Ordinal);

    /// <exception cref="DirectoryRuleException">Others.</exception>
    private static MemberRights Rights(IReadOnlyList<string> words) => RightsText.Parse(string.Join(',', words))
        ?? throw new DirectoryRuleException($"Rights are of {RightsText.Values}.");

    /// <exception cref="DirectoryRuleException">Others.</exception>
    private static DeviceProtocols Protocols(IReadOnlyList<string> words) => words.Aggregate(DeviceProtocols.None, (all, word) => all | word switch
    {
        "imap" => DeviceProtocols.Imap,
        "pop3" => DeviceProtocols.Pop3,
        "smtp" => DeviceProtocols.Smtp,
        _ => throw new DirectoryRuleException("Protocols are of imap, pop3, smtp."),
    });
}
