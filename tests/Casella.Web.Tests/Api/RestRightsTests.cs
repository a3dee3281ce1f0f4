using AwesomeAssertions;
using Casella.Core.Office;
using Casella.Web.Api;
using Microsoft.AspNetCore.Http;

namespace Casella.Web.Tests.Api;

/// <summary>
/// Every call of the API by every role, about what is theirs and about what is not: made of the tables, so a new route
/// is tried without anybody remembering it.
/// </summary>
public sealed class RestRightsTests : IClassFixture<OfficeHouse>
{
    private readonly OfficeHouse _house;

    public RestRightsTests(OfficeHouse house) => _house = house;

    public static TheoryData<string, string, string, bool> Cases =>
    [
        .. from route in RestRoutes.All
           from role in new[] { OfficeRoles.None, OfficeRoles.Owner, OfficeRoles.Operator, OfficeRoles.DomainOperator, OfficeRoles.Technician }
           from isOwn in new[] { true, false }
           select new TheoryDataRow<string, string, string, bool>(route.Method, route.Path, role.ToString(), isOwn),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_call_is_done_or_there_is_no_such_thing(string method, string path, string role, bool isOwn)
    {
        var route = RestRoutes.All.Single(one => string.Equals(one.Method, method, StringComparison.Ordinal) && string.Equals(one.Path, path, StringComparison.Ordinal));
        var roles = Enum.Parse<OfficeRoles>(role);
        var thing = await Thing.MakeAsync(_house, route, isOwn ? OfficeHouse.Own : OfficeHouse.Foreign);
        var token = await _house.TokenOfAsync(roles);
        var nothing = await _house.CallAsync(token, "GET", "/nothing-is-here");

        var (status, body) = await _house.CallAsync(token, method, thing.Path, thing.Body);

        if (MayDo(route, roles, isOwn))
            status.Should().Be(route.Status, body);
        else
            (status, body).Should().Be(nothing);
    }

    [Fact]
    public async Task Lists_have_nothing_of_other_domains()
    {
        var token = await _house.TokenOfAsync(OfficeRoles.DomainOperator);
        await _house.AddPersonAsync("far-away");
        await _house.Machine.People.SetMemberAsync($"info@{OfficeHouse.Foreign}", "far-away", Core.Directory.MemberRights.All, OfficeHouse.Stop);

        foreach (var route in RestRoutes.All.Where(route => route.Method is "GET" && !route.Names.Any()))
            (await _house.CallAsync(token, "GET", $"{route.Path}?what=info@{OfficeHouse.Foreign}")).Body.Should().NotContain(OfficeHouse.Foreign).And.NotContain("far-away");
    }

    [Fact]
    public async Task Without_a_token_there_is_nothing_but_the_document()
    {
        foreach (var route in RestRoutes.All)
            (await _house.CallAsync(null, route.Method, route.Path.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal))).Status
                .Should().Be(StatusCodes.Status401Unauthorized);
        (await _house.CallAsync("casella_0000", "GET", "/mailboxes")).Status.Should().Be(StatusCodes.Status401Unauthorized);
        (await _house.CallAsync(null, "GET", "/openapi.json")).Status.Should().Be(StatusCodes.Status200OK);
    }

    [Fact]
    public async Task A_token_does_no_more_than_its_scopes()
    {
        var login = $"caller-{Thing.Next()}";
        await _house.TokenAsync(login, OfficeRoles.Owner);
        foreach (var scope in OfficeTable.Scopes)
        {
            var token = await _house.Machine.Tokens.AddAsync("narrow", [scope], null, login, OfficeHouse.Stop);
            foreach (var route in RestRoutes.All.Where(route => route.Method is "GET" && !route.Names.Any()))
                (await _house.CallAsync(token, "GET", route.Path)).Status
                    .Should().Be(string.Equals(OfficeTable.Row(route.Act).Scope, scope, StringComparison.Ordinal) ? StatusCodes.Status200OK : StatusCodes.Status404NotFound, "{0} with {1}", route.Path, scope);
        }
    }

    /// <summary>As the table of rights says; what is of the whole server has no domain.</summary>
    private static bool MayDo(RestRoute route, OfficeRoles roles, bool isOwn)
    {
        var may = OfficeTable.Row(route.Act).Roles & roles;
        return may is not OfficeRoles.None && (may is not OfficeRoles.DomainOperator || isOwn || !Thing.HasDomain(route));
    }
}
