using System.Net;
using Casella.Core.Directory;
using Casella.Core.Office;
using Casella.Core.Policies;

namespace Casella.Core.Tests.Office;

/// <summary>People of the office in a house with two domains, each opening the door as themselves.</summary>
internal static class Staff
{
    public static async Task<House> OpenAsync()
    {
        var house = await House.OpenAsync("info");
        await house.Directory.AddDomainAsync("other.test", House.Cancelled);
        await house.Directory.AddAccountAsync(new AccountToAdd("info@other.test", House.Password, null, null), House.Cancelled);
        return house;
    }

    public static OfficeDoor CommandLine(this House house) => house.Get<OfficeDoors>().Open(OfficeCaller.CommandLine);

    /// <summary>A person with these roles; domain operators are of example.test.</summary>
    public static async Task<OfficeDoor> StaffAsync(this House house, string login, OfficeRoles roles) =>
        house.Get<OfficeDoors>().Open(await house.CallerAsync(login, roles));

    public static async Task<OfficeCaller> CallerAsync(this House house, string login, OfficeRoles roles)
    {
        var person = await house.People.AddAsync(new PersonToAdd(login, login, Language.Italian, House.Password), House.Cancelled);
        if (roles is not OfficeRoles.None)
            await house.CommandLine().Staff.SetAsync(login, roles, ["example.test"], House.Cancelled);
        return new OfficeCaller(new DevicePerson(person.Id, person.Name, person.Login, person.Language), person.Name, OfficeWay.Page, IPAddress.Loopback);
    }
}
