using Casella.Core.Directory;
using Casella.Core.Policies;
using Casella.Core.Storage;

namespace Casella.Core.Office;

/// <summary>
/// What is behind a link that was handed out: the first owner's, or an invitation. It is looked at as often as somebody
/// likes (programs that show previews do), and used once.
/// </summary>
public sealed class OfficeWelcome
{
    private readonly IOfficeStore _store;
    private readonly People _people;
    private readonly TimeProvider _time;

    internal OfficeWelcome(IOfficeStore store, People people, TimeProvider time) => (_store, _people, _time) = (store, people, time);

    /// <summary>Null for a link that is used, too old, or none of ours.</summary>
    public async Task<WelcomeLink?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (await RowAsync(token, cancellationToken) is not { } link)
            return null;
        if (link.Person is not { } invited)
            return new WelcomeLink(null);
        var person = (await _people.PersonsAsync(cancellationToken)).FirstOrDefault(one => one.Id == invited);
        return person is { LeftAt: null } ? new WelcomeLink(person) : null;
    }

    /// <summary>The invited person chooses a password.</summary>
    /// <returns>The login; null when the link is gone.</returns>
    /// <exception cref="DirectoryRuleException">The password breaks its rule; the link is as good as before.</exception>
    public async Task<string?> AcceptAsync(string token, string password, CancellationToken cancellationToken)
    {
        if (await FindAsync(token, cancellationToken) is not { Person: { } person })
            return null;
        DirectoryRules.CheckPassword(password);
        if (!await _store.UseLinkAsync(OfficeSecrets.Hash(token), cancellationToken))
            return null;
        await _people.SetPasswordAsync(person.Login, password, CancellationToken.None);
        await WriteAsync(person.Id, person.Name, OfficeTable.Row(OfficeAct.InvitePerson).Name, person.Login);
        return person.Login;
    }

    /// <summary>Somebody becomes an owner.</summary>
    /// <returns>False when the link is gone.</returns>
    /// <exception cref="MailException">PersonExists; the link is as good as before.</exception>
    /// <exception cref="DirectoryRuleException">The same.</exception>
    public async Task<bool> BecomeOwnerAsync(string token, NewOwner owner, CancellationToken cancellationToken)
    {
        if (await FindAsync(token, cancellationToken) is not { Person: null })
            return false;
        DirectoryRules.CheckPassword(owner.Password);
        var person = new PersonToAdd(DirectoryRules.PersonName(owner.Name), DirectoryRules.NewLogin(owner.Login), owner.Language, owner.Password);
        if ((await _people.PersonsAsync(cancellationToken)).Any(one => string.Equals(one.Login, person.Login, StringComparison.Ordinal)))
            throw new MailException(MailError.PersonExists, person.Login);
        if (!await _store.UseLinkAsync(OfficeSecrets.Hash(token), cancellationToken))
            return false;
        var added = await _people.AddAsync(person, CancellationToken.None);
        await _store.SetStandingAsync(added.Id, OfficeStanding.Everything, CancellationToken.None);
        await WriteAsync(added.Id, added.Name, OfficeTable.Row(OfficeAct.SetStaff).Name, added.Login);
        return true;
    }

    private async Task<OfficeLinkRow?> RowAsync(string token, CancellationToken cancellationToken) =>
        token.Length == OfficeSecrets.Length && await _store.FindLinkAsync(OfficeSecrets.Hash(token), cancellationToken) is { } link
            && link.Until > _time.GetUtcNow()
            ? link
            : null;

    private Task<long> WriteAsync(PersonId person, string name, string act, string subject) => _store.WriteAsync(
        new JournalEntry(0, _time.GetUtcNow(), person, name, OfficeWay.Link, null, act, subject, "", null, JournalOutcome.Done), CancellationToken.None);
}

/// <param name="Person">Who is invited; null where somebody new becomes an owner.</param>
public sealed record WelcomeLink(Person? Person);

public sealed record NewOwner(string Name, string Login, Language Language, string Password)
{
    /// <summary>Never shows the password.</summary>
    public override string ToString() => Login;
}
