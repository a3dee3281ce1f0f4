using System.Text.Json;
using Casella.Journeys.Server;

namespace Casella.Journeys.Sharing;

/// <summary>A person who works in the mailbox with a device of their own: the password tells who it is.</summary>
internal sealed record Colleague(long PersonId, string Device, long DeviceId, Mailbox Mailbox)
{
    /// <summary>What the office does when somebody comes with a telephone.</summary>
    public static async Task<Colleague> JoinAsync(CasellaServer server, Mailbox shared, string name, string device)
    {
        var login = $"{name.ToLowerInvariant()}@{CasellaServer.Domain}";
        var person = await server.CommandAsync("person", "add", name, "--login", login, "--json");
        await server.CommandAsync("member", "add", shared.Address, login, "--rights", "read,work,send");
        var added = await server.CommandAsync("device", "add", shared.Address, "--person", login, "--name", device, "--json");
        var view = JsonDocument.Parse(added.Output).RootElement;
        var id = view.GetProperty("device").GetProperty("id").GetInt64();
        var number = JsonDocument.Parse(person.Output).RootElement.GetProperty("id").GetInt64();
        return new Colleague(number, device, id, shared with { Password = view.GetProperty("password").GetString()! });
    }
}
