using Casella.Core.Directory;
using Casella.Core.Policies;

namespace Casella.Server.Administration;

/// <param name="Password">Null for a person without a sign-in of their own.</param>
internal sealed record AddPerson(string Name, string Login, Language Language, string? Password) : AdminRequest<PersonView>
{
    protected override async Task<PersonView> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        PersonView.Of(await context.Office.People.AddAsync(new PersonToAdd(Name, Login, Language, Password), cancellationToken));
}

internal sealed record ListPersons : AdminRequest<IReadOnlyList<PersonView>>
{
    protected override async Task<IReadOnlyList<PersonView>> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        [.. (await context.People.PersonsAsync(cancellationToken)).Select(PersonView.Of)];
}

internal sealed record ShowPerson(string Login) : AdminRequest<PersonDetailsView>
{
    protected override async Task<PersonDetailsView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var person = await context.People.PersonAsync(Login, cancellationToken);
        return new PersonDetailsView(
            PersonView.Of(person),
            [.. (await context.People.MembershipsAsync(person.Id, cancellationToken)).Select(MembershipView.Of)],
            [.. (await context.Devices.ListAsync(person.Id, cancellationToken)).Select(DeviceView.Of)]);
    }
}

/// <param name="Password">Null for one that is generated and told once.</param>
internal sealed record SetPersonPassword(string Login, string? Password) : AdminRequest<PasswordView>
{
    protected override async Task<PasswordView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var password = Password ?? MailDirectory.GeneratePassword();
        await context.Office.People.SetPasswordAsync(Login, password, cancellationToken);
        return new PasswordView(Login, Password is null ? password : null);
    }
}

internal sealed record PersonLeaves(string Login) : AdminRequest<HandOverView>
{
    protected override async Task<HandOverView> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        HandOverView.Of(await context.Office.People.LeaveAsync(Login, cancellationToken));
}

internal sealed record SetMember(string Address, string Login, MemberRights Rights) : AdminRequest<SetMemberView>
{
    protected override async Task<SetMemberView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var changed = await context.Office.People.SetMemberAsync(Address, Login, Rights, cancellationToken);
        return new SetMemberView(Address, Login, MemberView.Words(Rights), changed);
    }
}

internal sealed record SetOneLogin(string Address, string Login, OneLogin Choice) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.People.SetOneLoginAsync(Address, Login, Choice, cancellationToken);
        return new Done();
    }
}

internal sealed record RemoveMember(string Address, string Login) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.Office.People.RemoveMemberAsync(Address, Login, cancellationToken);
        return new Done();
    }
}

internal sealed record ListMembers(string Address) : AdminRequest<IReadOnlyList<MemberView>>
{
    protected override async Task<IReadOnlyList<MemberView>> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        [.. (await context.People.MembersAsync(Address, cancellationToken)).Select(MemberView.Of)];
}
