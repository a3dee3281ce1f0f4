using AwesomeAssertions;
using Casella.Core.Delivery;
using Casella.Core.Directory;
using Casella.Core.Queue;
using Casella.Smtp.Inbound;
using Casella.Smtp.Tests.World;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Casella.Smtp.Tests.Inbound;

/// <summary>Nobody from outside sends through us to anybody else, however the address is written (RFC 5321 §7.8).</summary>
public sealed class RelayTests(RelayTests.World world) : IClassFixture<RelayTests.World>
{
    public static TheoryData<string> Forms =>
    [
        "victim@elsewhere.test", "VICTIM@ELSEWHERE.TEST", "victim@elsewhere.test.", "victim%elsewhere.test@example.org", "victim%elsewhere.test@mail.example.org",
        "victim%elsewhere.test@[127.0.0.1]", "@example.org:victim@elsewhere.test", "@example.org,@mail.example.org:victim@elsewhere.test",
        "@elsewhere.test:victim@example.org", "elsewhere.test!victim@example.org", "elsewhere.test!victim", "victim", "\"victim@elsewhere.test\"@example.org",
        "\"victim%elsewhere.test\"@example.org", "\"victim@elsewhere.test\"", "victim@[127.0.0.1]", "victim@[IPv6:::1]", "victim@[192.0.2.1]", "victim@127.0.0.1",
        "victim@localhost", "victim@mail.example.org", "victim@sub.example.org", "victim@example.org.elsewhere.test", "victim@example.org@elsewhere.test",
        "victim@elsewhere.test@example.org", "victim@example.org%elsewhere.test", "victim@xn--elsewhere-test", "victim@example", "victim@", "@elsewhere.test",
        "\"\"@elsewhere.test", "vi ctim@elsewhere.test", "victim@else where.test", "victim@elsewhere.test,info@example.org", "victim+info@elsewhere.test",
        "postmaster@elsewhere.test", "srs0=abcdefgh=ab=elsewhere.test=victim@example.org", "SRS0=AAAAAAAA=AA=elsewhere.test=victim@example.org",
        "SRS1=abcdefgh=elsewhere.test==x=y=z=victim@example.org", "srs0=@example.org", "srs0=a=b@example.org", "SRS1=abcdefgh=@example.org",
        "victim@elsewhere.test\t", "victim@\u00e8lsewhere.test", "victim\0@elsewhere.test", "victim@example.org\0.elsewhere.test", "victim@elsewhere.test NOTIFY=NEVER",
        "victim@elsewhere.test> ORCPT=rfc822;x <", "victim@elsewhere.test>,<info@example.org",
    ];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task No_form_of_an_address_leads_elsewhere(string recipient)
    {
        var answer = await world.Exchanger.BringAsync("From: anna@example.net\n\nx\n", "anna@example.net", recipient: recipient);

        answer.Recipient.Should().MatchRegex("^(550|501|553|555|500) ", recipient);
        (await world.Exchanger.Services.GetRequiredService<MailQueue>().ListAsync(TestContext.Current.CancellationToken)).Should().BeEmpty();
    }

    [Fact]
    public async Task Only_what_the_office_has_set_up_goes_on_and_reports_come_back()
    {
        await using var exchanger = await MailExchanger.StartAsync(World.Stranger);
        await exchanger.Services.GetRequiredService<MailDirectory>().AddAliasAsync("direttivo@example.org", "carla@elsewhere.test", TestContext.Current.CancellationToken);
        var queue = exchanger.Services.GetRequiredService<MailQueue>();

        (await exchanger.BringAsync("From: anna@example.net\n\nx\n", "anna@example.net", recipient: "direttivo@example.org")).Content.Should().StartWith("250");
        var sender = (await queue.ListAsync(TestContext.Current.CancellationToken))[0].ReversePath!.ToWire();

        (await exchanger.BringAsync("From: x@elsewhere.test\n\nspam\n", "x@elsewhere.test", recipient: sender)).Recipient.Should().StartWith("550 5.7.1");
        (await exchanger.BringAsync("From: MAILER-DAEMON@elsewhere.test\n\nreport\n", "", recipient: sender)).Content.Should().StartWith("250");
        (await queue.ListAsync(TestContext.Current.CancellationToken)).SelectMany(message => message.Recipients).Select(waiting => waiting.Address.ToString())
            .Should().BeEquivalentTo("carla@elsewhere.test", "anna@example.net");
    }

    public sealed class World : IAsyncLifetime
    {
        internal static readonly InboundOptions Stranger = new() { TrustedNetworks = "", Greylist = new GreylistOptions { Scope = GreylistScope.Off } };

        internal MailExchanger Exchanger { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Exchanger = await MailExchanger.StartAsync(Stranger);

        public ValueTask DisposeAsync() => Exchanger.DisposeAsync();
    }
}
