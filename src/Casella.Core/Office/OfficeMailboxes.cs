using System.Globalization;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Policies;

namespace Casella.Core.Office;

/// <summary>Mailboxes as the office makes and keeps them.</summary>
public sealed class OfficeMailboxes
{
    /// <summary>How long a mailbox that was opened with a reason stays open.</summary>
    public static readonly TimeSpan VisitTime = TimeSpan.FromHours(1);

    private const int MinReason = 5;
    private const int MaxReason = 500;

    private readonly OfficeWork _work;

    internal OfficeMailboxes(OfficeWork work) => _work = work;

    /// <summary>By domain and name.</summary>
    public async Task<IReadOnlyList<AccountEntry>> ListAsync(CancellationToken cancellationToken)
    {
        var reach = await _work.RequireAsync(OfficeAct.SeeMailboxes, cancellationToken);
        return [.. (await _work.Parts.Directory.AccountsAsync(cancellationToken)).Where(account => reach.Covers(account.Address.Domain))];
    }

    public async Task<MailboxFacts> ShowAsync(string address, CancellationToken cancellationToken)
    {
        var subject = OfficeSubject.OfAddress(address);
        await _work.RequireAsync(OfficeAct.SeeMailboxes, subject, cancellationToken);
        var details = await _work.Parts.Directory.DescribeAccountAsync(address, cancellationToken);
        var mail = await _work.OpenAsync(address, cancellationToken);
        return new MailboxFacts(
            details, await _work.Parts.People.MembersAsync(address, cancellationToken), await _work.Parts.Devices.ListAsync(address, cancellationToken),
            mail.Policy)
        {
            FullInDays = await mail.Care.ForecastAsync(cancellationToken),
            DoubledFolders = mail.Care.DoubledFolders,
            SignIns = _work.Parts.SignIns.Recent(details.Account.Address),
            TrialsSince = _work.Parts.SignIns.KnowsOnlySince,
        };
    }

    /// <summary>Says what would be in the way of <see cref="AddAsync"/>, without doing it.</summary>
    public async Task CheckAsync(MailboxToAdd mailbox, CancellationToken cancellationToken)
    {
        await _work.RequireAsync(OfficeAct.AddMailbox, ForNew(mailbox), cancellationToken);
        await _work.Parts.Directory.CheckAccountAsync(mailbox.Account(mailbox.Password ?? MailDirectory.GeneratePassword()), cancellationToken);
        await MembersAsync(mailbox, cancellationToken);
    }

    /// <summary>Makes a mailbox with its members. What is asked of a person is asked before anything is made.</summary>
    public Task<AddedMailbox> AddAsync(MailboxToAdd mailbox, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.AddMailbox,
        ForNew(mailbox),
        async _ =>
        {
            var members = await MembersAsync(mailbox, cancellationToken);
            var password = mailbox.Password ?? MailDirectory.GeneratePassword();
            var account = await _work.Parts.Directory.AddAccountAsync(mailbox.Account(password), cancellationToken);
            var address = account.Address.ToString();
            if (!mailbox.HasCommonPassword)
                await _work.Parts.Devices.RevokeAsync(address, MailDirectory.CommonPassword, CancellationToken.None);
            var mail = await _work.OpenAsync(address, CancellationToken.None);
            foreach (var member in members)
                await _work.Parts.People.ChangeMemberAsync(mail, member.Login, _ => member.Rights, CancellationToken.None);
            return new AddedMailbox(account, mailbox.HasCommonPassword && mailbox.Password is null ? password : null);
        },
        cancellationToken);

    /// <param name="quota">Bytes; null for no limit.</param>
    public Task SetQuotaAsync(string address, long? quota, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.SetQuota,
        OfficeSubject.OfAddress(address) with { Detail = $"quota={quota?.ToString(CultureInfo.InvariantCulture) ?? "none"}" },
        async _ => await _work.Parts.Directory.SetQuotaAsync(await _work.OpenAsync(address, cancellationToken), quota, cancellationToken),
        cancellationToken);

    /// <summary>Gives the mailbox a common password, or another one.</summary>
    /// <param name="password">Null for one that is generated.</param>
    /// <returns>The password.</returns>
    public Task<string> SetCommonPasswordAsync(string address, string? password, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.SetCommonPassword,
        OfficeSubject.OfAddress(address),
        async _ =>
        {
            var chosen = password ?? MailDirectory.GeneratePassword();
            await _work.Parts.Devices.SetCommonPasswordAsync(address, chosen, cancellationToken);
            return chosen;
        },
        cancellationToken);

    /// <summary>From now on only devices of persons open the mailbox.</summary>
    public Task DropCommonPasswordAsync(string address, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.DropCommonPassword,
        OfficeSubject.OfAddress(address),
        async _ => await _work.Parts.Devices.RevokeAsync(address, MailDirectory.CommonPassword, cancellationToken),
        cancellationToken);

    /// <summary>Sets policies, all or none.</summary>
    public Task<MailboxPolicy> SetPolicyAsync(string address, IReadOnlyDictionary<string, string> values, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.SetPolicy,
        OfficeSubject.OfAddress(address) with { Detail = string.Join(' ', values.Select(value => $"{value.Key}={Short(value.Value)}")) },
        async _ =>
        {
            var mail = await _work.OpenAsync(address, cancellationToken);
            await mail.SetPolicyAsync(values, cancellationToken);
            return mail.Policy;
        },
        cancellationToken);

    /// <returns>Aliases that led to it and no longer do.</returns>
    public Task<IReadOnlyList<Formats.Addresses.EmailAddress>> RemoveAsync(string address, CancellationToken cancellationToken) => _work.ChangeAsync(
        OfficeAct.RemoveMailbox, OfficeSubject.OfAddress(address), _ => _work.Parts.Directory.RemoveAccountAsync(address, cancellationToken), cancellationToken);

    /// <summary>
    /// Opens a mailbox for reading, for an hour and for the caller only; its members find who and why in its history.
    /// </summary>
    /// <exception cref="DirectoryRuleException">No reason.</exception>
    public Task VisitAsync(string address, string reason, CancellationToken cancellationToken)
    {
        var why = Reason(reason);
        return _work.ChangeAsync(
            OfficeAct.VisitMailbox,
            OfficeSubject.OfAddress(address) with { Reason = why },
            async reach =>
            {
                RequireReason(why);
                var person = _work.Caller.Person ?? throw new MailException(MailError.NoPermission, "a visit is a person's");
                var mail = await _work.OpenAsync(address, cancellationToken);
                // Before it is open: nobody reads what does not say so.
                await mail.LogVisitAsync(why, cancellationToken);
                await _work.Parts.Store.AddVisitAsync(person.Id, mail.Id, _work.Parts.Time.GetUtcNow() + VisitTime, cancellationToken);
                _ = EndAsync(person.Id, mail.Id);
            },
            cancellationToken);
    }

    /// <summary>One line of it.</summary>
    internal static string Reason(string typed)
    {
        var why = string.Concat(typed.Trim().Select(c => char.IsControl(c) ? ' ' : c));
        return why.Length > MaxReason ? why[..MaxReason] : why;
    }

    /// <exception cref="DirectoryRuleException">It is none.</exception>
    internal static string RequireReason(string? why) => why is { Length: >= MinReason } ? why
        : throw new DirectoryRuleException($"A reason has {MinReason} to {MaxReason} characters: the members of the mailbox read it.", DirectoryRule.Reason);

    /// <summary>A page that is open does not ask again by itself.</summary>
    private async Task EndAsync(PersonId person, AccountId account)
    {
        await Task.Delay(VisitTime, _work.Parts.Time);
        _work.Parts.Sessions.End(new SessionEnding(SessionEnd.RightsChanged) { Person = person, Account = account });
    }

    private static string Short(string value) => value.Length <= 60 ? value : $"{value[..60]}…";

    private static OfficeSubject ForNew(MailboxToAdd mailbox)
    {
        var address = DirectoryRules.NewAddress(mailbox.Address);
        return new OfficeSubject(address.ToString(), address.Domain, MailError.NoSuchDomain)
        {
            Detail = string.Join(' ', mailbox.Members.Select(member => $"{member.Login}={RightsText.Format(member.Rights)}")),
        };
    }

    private async Task<IReadOnlyList<MemberToAdd>> MembersAsync(MailboxToAdd mailbox, CancellationToken cancellationToken)
    {
        var people = new OfficePeople(_work);
        foreach (var member in mailbox.Members)
            await people.KnownAsync(OfficeAct.SetMember, member.Login, cancellationToken);
        return mailbox.Members;
    }
}

/// <summary>A mailbox to make.</summary>
/// <param name="Quota">Bytes; null for no limit.</param>
/// <param name="Password">Null for one that is generated.</param>
/// <param name="HasCommonPassword">False: only devices of persons open it.</param>
public sealed record MailboxToAdd(string Address, string? Name, long? Quota, string? Password, bool HasCommonPassword, IReadOnlyList<MemberToAdd> Members)
{
    internal AccountToAdd Account(string password) => new(Address, password, Quota, string.IsNullOrWhiteSpace(Name) ? null : Name.Trim());

    /// <summary>Never shows the password.</summary>
    public override string ToString() => Address;
}

public sealed record MemberToAdd(string Login, MemberRights Rights);

/// <param name="Password">The common one that was generated; the one time it can be read.</param>
public sealed record AddedMailbox(AccountEntry Account, string? Password)
{
    /// <summary>Never shows the password.</summary>
    public override string ToString() => Account.Address.ToString();
}

/// <summary>Everything about a mailbox but its mail.</summary>
public sealed record MailboxFacts(AccountDetails Details, IReadOnlyList<Member> Members, IReadOnlyList<DeviceInfo> Devices, MailboxPolicy Policy)
{
    public AccountEntry Account => Details.Account;

    /// <summary>As things go; null when it does not grow or nobody can say.</summary>
    public int? FullInDays { get; init; }

    /// <summary>That programs have made beside the ones that there are.</summary>
    public IReadOnlyList<DoubledFolder> DoubledFolders { get; init; } = [];

    /// <summary>Of the last hour, the newest first.</summary>
    public IReadOnlyList<SignInTrial> SignIns { get; init; } = [];

    /// <summary>As in <see cref="OverviewFacts.TrialsSince"/>.</summary>
    public DateTimeOffset? TrialsSince { get; init; }

    public bool HasCommonPassword => Devices.Any(device => device is { IsCommonPassword: true, IsRevoked: false });
}
