using AwesomeAssertions;
using Casella.Core.Office;
using Casella.Web.Api;

namespace Casella.Web.Tests.Api;

/// <summary>What programs send and get.</summary>
public sealed class RestApiTests : IClassFixture<OfficeHouse>
{
    private readonly OfficeHouse _house;

    public RestApiTests(OfficeHouse house) => _house = house;

    [Fact]
    public async Task A_mailbox_is_made_seen_changed_and_removed()
    {
        var token = await OwnerAsync();
        await _house.AddPersonAsync("mara");

        var made = await _house.CallAsync(token, "POST", "/mailboxes", """{"address": "soci@own.test", "name": "Soci", "members": [{"login": "mara", "rights": ["read", "work"]}]}""");
        made.Status.Should().Be(201);
        OfficeHouse.Json(made.Body)["password"]!.GetValue<string>().Should().NotBeEmpty();
        (await _house.CallAsync(token, "PUT", "/mailboxes/soci@own.test/quota", """{"bytes": 5242880}""")).Status.Should().Be(204);
        (await _house.CallAsync(token, "PATCH", "/mailboxes/soci@own.test/policy", """{"trash": "7"}""")).Status.Should().Be(204);
        var shown = OfficeHouse.Json((await _house.CallAsync(token, "GET", "/mailboxes/soci@own.test")).Body);
        shown["quota"]!.GetValue<long>().Should().Be(5_242_880);
        shown["members"]![0]!["rights"]!.AsArray().Select(right => right!.GetValue<string>()).Should().Equal("read", "work");
        OfficeHouse.Json((await _house.CallAsync(token, "GET", "/mailboxes/soci@own.test/policy")).Body)["trash"]!.GetValue<string>().Should().Be("7");
        (await _house.CallAsync(token, "DELETE", "/mailboxes/soci@own.test")).Status.Should().Be(204);
        (await _house.CallAsync(token, "GET", "/mailboxes/soci@own.test")).Status.Should().Be(404);
        var journal = OfficeHouse.Json((await _house.CallAsync(token, "GET", "/journal?about=soci@own.test")).Body).AsArray();
        journal.Select(entry => entry!["act"]!.GetValue<string>()).Should().Equal("mailbox.remove", "mailbox.set-policy", "mailbox.set-quota", "mailbox.add");
        journal.Should().OnlyContain(entry => entry!["way"]!.GetValue<string>() == "api");
    }

    [Theory]
    [InlineData("POST", "/mailboxes", """{"address": "info@own.test"}""", 409)]
    [InlineData("POST", "/mailboxes", """{"address": "in fo@own.test"}""", 400)]
    [InlineData("POST", "/mailboxes", """{"address": "a@own.test", "qota": 1}""", 400)]
    [InlineData("POST", "/mailboxes", """{"address": null}""", 400)]
    [InlineData("POST", "/mailboxes", "{", 400)]
    [InlineData("POST", "/mailboxes", """{"address": "a@own.test", "password": "short"}""", 422)]
    [InlineData("PUT", "/mailboxes/info@own.test/quota", """{"bytes": 5}""", 422)]
    [InlineData("PATCH", "/mailboxes/info@own.test/policy", """{"trash": "soon"}""", 422)]
    [InlineData("GET", "/mailboxes/not-an-address", null, 404)]
    [InlineData("PUT", "/mailboxes", """{}""", 405)]
    [InlineData("DELETE", "/domains/own.test", null, 409)]
    public async Task What_is_not_done_says_why(string method, string path, string? body, int status)
    {
        var answer = await _house.CallAsync(await OwnerAsync(), method, path, body);

        answer.Status.Should().Be(status, answer.Body);
        OfficeHouse.Json(answer.Body)["status"]!.GetValue<int>().Should().Be(status);
    }

    [Fact]
    public async Task A_change_of_a_domains_list_is_taken_back_by_its_line_in_the_journal()
    {
        var token = await OwnerAsync();
        async Task<string> ListAsync() => string.Join(',', OfficeHouse.Json((await _house.CallAsync(token, "GET", "/senders/own.test")).Body).AsArray()
            .Select(one => $"{one!["sender"]}={one["allowed"]}").Where(one => one.StartsWith("undo.", StringComparison.Ordinal)));
        async Task<long> NewestAsync() => OfficeHouse.Json((await _house.CallAsync(token, "GET", "/journal?limit=1&about=own.test")).Body)[0]!["id"]!.GetValue<long>();
        await _house.CallAsync(token, "PUT", "/senders/own.test/undo.example.org", """{"allowed": true}""");
        var first = await NewestAsync();
        await _house.CallAsync(token, "PUT", "/senders/own.test/undo.example.org", """{"allowed": false}""");

        (await _house.CallAsync(token, "POST", $"/journal/{first}/undo")).Status.Should().Be(422, "it was changed since");
        (await _house.CallAsync(token, "POST", $"/journal/{await NewestAsync() - 1}/undo")).Status.Should().Be(204);
        (await ListAsync()).Should().Be("undo.example.org=true");
        // What an undo has done can be taken back too; what was refused was nothing.
        (await _house.CallAsync(token, "POST", $"/journal/{await NewestAsync()}/undo")).Status.Should().Be(204);
        (await ListAsync()).Should().Be("undo.example.org=false");
        (await _house.CallAsync(token, "POST", "/journal/999999/undo")).Status.Should().Be(404);
    }

    /// <summary>A23 of the attacks: nobody says himself from where he comes.</summary>
    [Theory]
    [InlineData("X-Forwarded-For", "192.0.2.99")]
    [InlineData("Forwarded", "for=192.0.2.99")]
    [InlineData("X-Real-IP", "192.0.2.99")]
    public async Task What_a_program_says_of_its_origin_is_not_written_down(string name, string value)
    {
        var token = await OwnerAsync();
        (await _house.CallAsync(token, "PUT", "/mailboxes/info@own.test/quota", """{"bytes": 5242880}""", (name, value))).Status.Should().Be(204);
        OfficeHouse.Json((await _house.CallAsync(token, "GET", "/journal?limit=1&about=info@own.test")).Body)[0]!["address"]!.GetValue<string>().Should().Be("127.0.0.1");
    }

    [Fact]
    public async Task The_document_tells_every_route()
    {
        var document = OfficeHouse.Json((await _house.CallAsync(null, "GET", "/openapi.json")).Body);

        document["openapi"]!.GetValue<string>().Should().StartWith("3.1");
        foreach (var route in RestRoutes.All)
        {
            var operation = document["paths"]![route.Path]![route.Method.ToLowerInvariant()]!;
            operation["summary"]!.GetValue<string>().Should().Be(route.Summary);
            (operation["parameters"]?.AsArray() ?? []).Where(one => one!["in"]!.GetValue<string>() is "path").Select(one => one!["name"]!.GetValue<string>()).Should().Equal(route.Names);
            (operation["requestBody"] is not null).Should().Be(route.Body is not null);
        }

        document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!["operationId"]!.GetValue<string>()).Should().OnlyHaveUniqueItems();
    }

    private Task<string> OwnerAsync() => _house.TokenOfAsync(OfficeRoles.Owner);
}
