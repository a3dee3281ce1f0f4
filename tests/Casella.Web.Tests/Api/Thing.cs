using System.Globalization;
using Casella.Core.Directory;
using Casella.Core.Office;
using Casella.Core.Queue;
using Casella.Core.Submission;
using Casella.Formats.Addresses;
using Casella.Formats.Reports.Aggregates;
using Casella.Web.Api;

namespace Casella.Web.Tests.Api;

/// <summary>What a route is called about: made for it, in a domain, so that the call would succeed.</summary>
internal sealed record Thing(string Path, string? Body)
{
    private static int _count;

    public static string Next() => Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture);

    /// <summary>Lists show what is theirs; the rest is about one thing of a domain, or of the whole server.</summary>
    public static bool HasDomain(RestRoute route) => route.Names.Any(name => name is "address" or "login" or "alias" or "domain" or "owner" or "list" or "entry" or "report")
        || route is { Method: "POST", Path: "/mailboxes" };

    public static async Task<Thing> MakeAsync(OfficeHouse house, RestRoute route, string domain)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in route.Names)
            values[name] = await ValueAsync(house, route, name, domain);
        var path = values.Aggregate(route.Path, (made, value) => made.Replace($"{{{value.Key}}}", Uri.EscapeDataString(value.Value).Replace("%40", "@", StringComparison.Ordinal), StringComparison.Ordinal));
        // The house's DNS knows no keys.
        return new Thing($"{Uri.UnescapeDataString(path)}{(route.Act is OfficeAct.UseKeys ? "?unseen=true" : "")}", BodyOf(route, domain));
    }

    private static async Task<string> ValueAsync(OfficeHouse house, RestRoute route, string name, string domain) => name switch
    {
        "address" when route is { Method: "DELETE", Path: "/mailboxes/{address}" } or { Act: OfficeAct.DropCommonPassword } =>
            (await house.AddMailboxAsync($"box{Next()}@{domain}")).Account.Address.ToString(),
        "address" or "owner" => $"info@{domain}",
        "login" => await PersonAsync(house, domain, isMember: route.Act is not OfficeAct.SetMember),
        "device" => await DeviceAsync(house, domain),
        "alias" => await AliasAsync(house, route, domain),
        "target" => $"info@{domain}",
        "domain" when route.Method is "DELETE" => await DomainAsync(house, domain),
        "domain" when route.Act is OfficeAct.UseKeys => await NewKeysAsync(house, domain),
        "list" => await ListAsync(house, domain),
        "member" => "gino@example.org",
        "domain" => domain,
        "sender" => "gino@example.org",
        "hook" => await HookAsync(house),
        "id" => await QueuedAsync(house, domain),
        "recipient" => "gino@example.org",
        "report" => await ReportAsync(house, domain),
        "entry" => await SenderChangeAsync(house, domain),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "A new kind of value: say here how one is made."),
    };

    private static string? BodyOf(RestRoute route, string domain) => route.Body?.Name switch
    {
        null => null,
        nameof(NewMailboxBody) => $$"""{"address": "new{{Next()}}@{{domain}}"}""",
        nameof(QuotaBody) => """{"bytes": 1073741824}""",
        nameof(PasswordBody) => """{"password": "correct-horse-battery-9"}""",
        nameof(RightsBody) => """{"rights": ["read"]}""",
        nameof(NewDeviceBody) => $$"""{"login": "{{DeviceOwner(domain)}}", "name": "phone {{Next()}}", "protocols": ["imap"]}""",
        nameof(NewPersonBody) => $$"""{"name": "Eva", "login": "eva{{Next()}}"}""",
        nameof(NewDomainBody) => $$"""{"domain": "new{{Next()}}.test"}""",
        nameof(NewHookBody) => """{"url": "https://hooks.example.org/casella", "events": ["mailbox"]}""",
        nameof(ListBody) => """{"title": "News", "posting": "members"}""",
        nameof(ListMemberBody) => """{"mayPost": true}""",
        nameof(UndoBody) => $$"""{"login": "{{DeviceOwner(domain)}}", "since": "2026-11-24T08:00:00Z"}""",
        nameof(RestoreBody) => "{}",
        nameof(SenderBody) => """{"allowed": true}""",
        "Dictionary`2" => """{"trash": "60"}""",
        var other => throw new ArgumentOutOfRangeException(nameof(route), other, "A new body: say here what one is."),
    };

    private static string DeviceOwner(string domain) => domain is OfficeHouse.Own ? "owner-own" : "owner-foreign";

    private static async Task<string> PersonAsync(OfficeHouse house, string domain, bool isMember)
    {
        var login = $"person{Next()}";
        await house.AddPersonAsync(login);
        // Where nobody is a member yet, the mailbox is what is foreign.
        if (isMember)
            await house.Machine.People.SetMemberAsync($"info@{domain}", login, MemberRights.All, OfficeHouse.Stop);
        return login;
    }

    private static async Task<string> DeviceAsync(OfficeHouse house, string domain)
    {
        var login = await PersonAsync(house, domain, isMember: true);
        var device = await house.Machine.People.AddDeviceAsync(new DeviceToAdd($"info@{domain}", login, $"phone of {login}", DeviceProtocols.All), OfficeHouse.Stop);
        return device.Device.Id.Value.ToString(CultureInfo.InvariantCulture);
    }

    private static async Task<string> AliasAsync(OfficeHouse house, RestRoute route, string domain)
    {
        var alias = $"alias{Next()}@{domain}";
        if (route.Method is "DELETE")
            await house.Machine.Aliases.AddAsync(alias, $"info@{domain}", OfficeHouse.Stop);
        return alias;
    }

    /// <summary>Without mailboxes; a domain operator has no right to remove one anyway.</summary>
    private static async Task<string> DomainAsync(OfficeHouse house, string domain) =>
        (await house.Machine.Domains.AddAsync($"d{Next()}.{domain}", OfficeHouse.Stop)).Name;

    /// <summary>With somebody on it.</summary>
    private static async Task<string> ListAsync(OfficeHouse house, string domain)
    {
        var list = $"news{Next()}@{domain}";
        await house.Machine.Lists.PutAsync(list, "News", Core.Lists.ListPosting.Named, OfficeHouse.Stop);
        await house.Machine.Lists.SubscribeAsync(list, ["gino@example.org"], mayPost: false, OfficeHouse.Stop);
        return list;
    }

    private static async Task<string> NewKeysAsync(OfficeHouse house, string domain)
    {
        if ((await house.Machine.Domains.KeysAsync(domain, OfficeHouse.Stop)).All(key => key.State is not Core.Signing.DomainKeyState.Waiting))
            await house.Machine.Domains.MakeKeysAsync(domain, OfficeHouse.Stop);
        return domain;
    }

    private static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text, nameof(text));

    private static async Task<string> HookAsync(OfficeHouse house)
    {
        await house.Machine.Hooks.AddAsync("https://hooks.example.org/", [], OfficeHouse.Stop);
        return (await house.Machine.Hooks.ListAsync(OfficeHouse.Stop))[^1].Id.Value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>What a server elsewhere tells of the domain, as it arrives.</summary>
    private static async Task<string> ReportAsync(OfficeHouse house, string domain)
    {
        var day = house.Time.GetUtcNow().AddDays(-1);
        var source = new ReportSource("Else", "postmaster@else.test", $"r{Next()}@else.test", day, day.AddDays(1));
        var report = new DmarcReport(
            source, new DmarcPublishedPolicy(domain, "r", "r", "reject", "reject", 100),
            [new(new DmarcFacts("192.0.2.66", "reject", false, false, null, "evil.test", domain, [], null), 2)]);
        var mail = new ReportMail(domain, Address("postmaster@else.test"), [Address($"dmarc-reports@{domain}")], source, day.AddDays(1));
        await using var content = Core.Messages.MessageStaging.FromBytes(mail.ComposeDmarc(DmarcReportXml.Compose(report)));
        await house.Get<Core.Delivery.Deliverer>().DeliverAsync(new Core.Delivery.DeliveryRequest(null, [Address($"dmarc-reports@{domain}")], content), OfficeHouse.Stop);
        return (await house.Machine.Reports.ListAsync(domain, OfficeHouse.Stop))[0].Id.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A line of the journal that can be taken back.</summary>
    private static async Task<string> SenderChangeAsync(OfficeHouse house, string domain)
    {
        await house.Machine.Spam.SetSenderAsync(domain, $"shop{Next()}.example.org", isAllowed: false, OfficeHouse.Stop);
        return (await house.Machine.Journal.ReadAsync(1, null, domain, OfficeHouse.Stop))[0].Id.ToString(CultureInfo.InvariantCulture);
    }

    private static async Task<string> QueuedAsync(OfficeHouse house, string domain)
    {
        var (sender, recipient) = (Address($"info@{domain}"), Address("somebody@example.org"));
        await using var content = Core.Messages.MessageStaging.FromBytes("Subject: x\r\n\r\nx\r\n"u8.ToArray());
        return await house.Get<MailQueue>().EnqueueAsync(
            new QueueRequest(null, sender, [new SubmissionRecipient(recipient, null, null)], content, null, null), OfficeHouse.Stop);
    }
}
