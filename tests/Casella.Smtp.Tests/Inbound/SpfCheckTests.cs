using System.Net;
using AwesomeAssertions;
using Casella.Core.Delivery;
using Casella.Formats.SenderRecords;
using Casella.Net.Dns;
using Casella.Smtp.Inbound;
using Casella.Smtp.Tests.World;
using Xunit;

namespace Casella.Smtp.Tests.Inbound;

/// <summary>SPF over a real resolver and a real name server: what RFC 7208 says of each mechanism, and its limits.</summary>
public sealed class SpfCheckTests
{
    private const string Zone = """
        none.test TXT hello
        two.test TXT v=spf1 -all
        two.test TXT v=spf1 +all
        broken.test TXT v=spf1 foo:bar
        silent.test TXT SERVFAIL
        ip.test TXT v=spf1 ip4:192.0.2.0/28 ip6:2001:db8::/32 -all
        soft.test TXT v=spf1 ~all
        neutral.test TXT v=spf1 ?all
        open.test TXT v=spf1 a
        open.test A 203.0.113.9
        a.test TXT v=spf1 a a:web.a.test/29 -all
        a.test A 192.0.2.1
        web.a.test A 203.0.113.8
        six.test TXT v=spf1 a -all
        six.test AAAA 2001:db8::1
        six.test A 192.0.2.1
        mx.test TXT v=spf1 mx -all
        mx.test MX 10 one.mx.test
        mx.test MX 20 two.mx.test
        one.mx.test A 203.0.113.1
        two.mx.test A 192.0.2.1
        inc.test TXT v=spf1 include:ip.test -all
        incfail.test TXT v=spf1 include:soft.test ip4:192.0.2.1 -all
        incnone.test TXT v=spf1 include:none.test ip4:192.0.2.1 -all
        inctemp.test TXT v=spf1 include:silent.test ip4:192.0.2.1 -all
        red.test TXT v=spf1 redirect=ip.test
        rednone.test TXT v=spf1 redirect=none.test
        exists.test TXT v=spf1 exists:%{ir}.%{l}._x.%{d} -all
        1.2.0.192.anna._x.exists.test A 127.0.0.2
        ptr.test TXT v=spf1 ptr -all
        1.2.0.192.in-addr.arpa PTR mail.ptr.test
        1.2.0.192.in-addr.arpa PTR mail.forged.test
        mail.ptr.test A 192.0.2.1
        forged.test TXT v=spf1 ptr -all
        loop.test TXT v=spf1 include:loop.test -all
        eleven.test TXT v=spf1 a:open.test a:open.test a:open.test a:open.test a:open.test a:open.test a:open.test a:open.test a:open.test a:open.test a:open.test -all
        ten.test TXT v=spf1 a:open.test a:open.test a:open.test a:open.test a:open.test a:open.test a:open.test a:open.test a:open.test a:open.test ip4:192.0.2.1 -all
        void3.test TXT v=spf1 a:no1.test a:no2.test a:no3.test ip4:192.0.2.1 -all
        void2.test TXT v=spf1 a:no1.test a:no2.test ip4:192.0.2.1 -all
        null.test TXT v=spf1 -all
        why.test TXT v=spf1 -all exp=words.%{d}
        words.why.test TXT Ask %{d} about %{i}
        macro.test TXT v=spf1 exists:%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}%{i}.test -all
        big.test TXT v=spf1 mx -all
        """;

    [Theory]
    [InlineData("none.test", "192.0.2.1", "none")]
    [InlineData("nowhere.test", "192.0.2.1", "none")]
    [InlineData("localhost", "192.0.2.1", "none")]
    [InlineData("", "192.0.2.1", "none")]
    [InlineData("two.test", "192.0.2.1", "permerror")]
    [InlineData("broken.test", "192.0.2.1", "permerror")]
    [InlineData("silent.test", "192.0.2.1", "temperror")]
    [InlineData("ip.test", "192.0.2.15", "pass")]
    [InlineData("ip.test", "192.0.2.16", "fail")]
    [InlineData("ip.test", "2001:db8:1::1", "pass")]
    [InlineData("ip.test", "2001:db9::1", "fail")]
    [InlineData("soft.test", "192.0.2.1", "softfail")]
    [InlineData("neutral.test", "192.0.2.1", "neutral")]
    [InlineData("open.test", "192.0.2.1", "neutral")]
    [InlineData("a.test", "192.0.2.1", "pass")]
    [InlineData("a.test", "203.0.113.15", "pass")]
    [InlineData("a.test", "203.0.113.16", "fail")]
    [InlineData("six.test", "2001:db8::1", "pass")]
    [InlineData("six.test", "2001:db8::2", "fail")]
    [InlineData("mx.test", "192.0.2.1", "pass")]
    [InlineData("mx.test", "192.0.2.2", "fail")]
    [InlineData("inc.test", "192.0.2.1", "pass")]
    [InlineData("inc.test", "203.0.113.1", "fail")]
    [InlineData("incfail.test", "192.0.2.1", "pass")]
    [InlineData("incnone.test", "192.0.2.1", "permerror")]
    [InlineData("inctemp.test", "192.0.2.1", "temperror")]
    [InlineData("red.test", "192.0.2.1", "pass")]
    [InlineData("red.test", "203.0.113.1", "fail")]
    [InlineData("rednone.test", "192.0.2.1", "permerror")]
    [InlineData("exists.test", "192.0.2.1", "pass")]
    [InlineData("exists.test", "192.0.2.2", "fail")]
    [InlineData("ptr.test", "192.0.2.1", "pass")]
    [InlineData("forged.test", "192.0.2.1", "fail")]
    [InlineData("loop.test", "192.0.2.1", "permerror")]
    [InlineData("eleven.test", "192.0.2.1", "permerror")]
    [InlineData("ten.test", "192.0.2.1", "pass")]
    [InlineData("void3.test", "192.0.2.1", "permerror")]
    [InlineData("void2.test", "192.0.2.1", "pass")]
    [InlineData("macro.test", "192.0.2.1", "fail")]
    public async Task A_domain_is_asked_about_a_client(string domain, string client, string result)
    {
        using var names = new NameServer().With(Zone);
        (await CheckAsync(names, domain, client)).Result.Word().Should().Be(result);
    }

    [Fact]
    public async Task A_loop_ends_soon()
    {
        using var names = new NameServer().With(Zone);
        await CheckAsync(names, "loop.test", "192.0.2.1");
        names.Questions.Should().BeLessThanOrEqualTo(11);
    }

    [Fact]
    public async Task Too_many_exchangers_are_a_mistake()
    {
        using var names = new NameServer().With(Zone).With(string.Join('\n', Enumerable.Range(1, 11).Select(i => $"big.test MX 1 m{i}.big.test")));
        (await CheckAsync(names, "big.test", "192.0.2.1")).Result.Should().Be(CheckResult.PermanentError);
    }

    [Fact]
    public async Task A_domain_may_explain_and_may_send_nothing()
    {
        using var names = new NameServer().With(Zone);
        (await CheckAsync(names, "why.test", "192.0.2.1")).Explanation.Should().Be("Ask why.test about 192.0.2.1");
        (await CheckAsync(names, "null.test", "192.0.2.1")).SendsNothing.Should().BeTrue();
        (await CheckAsync(names, "inc.test", "203.0.113.1")).SendsNothing.Should().BeFalse();
    }

    private static Task<SpfAnswer> CheckAsync(NameServer names, string domain, string client) => new SpfCheck(
        new NetworkDnsResolver(names.Options),
        new SpfFacts("anna", domain, domain, IPAddress.Parse(client), "mail.test", "mx.example.org", DateTimeOffset.UnixEpoch)).RunAsync(TestContext.Current.CancellationToken);
}
