using System.Net;
using Casella.Formats.SenderRecords;

namespace Casella.Formats.Tests.SenderRecords;

public sealed class SpfRecordTests
{
    [Theory]
    [InlineData("v=spf1", "")]
    [InlineData("v=spf1 -all", "-all")]
    [InlineData("V=SPF1 +MX  ~ALL ", "+mx ~all")]
    [InlineData("v=spf1 a/24 a:example.com//64 mx:mail.example.com/20//48 ?all", "+a/24 +a:example.com//64 +mx:mail.example.com/20//48 ?all")]
    [InlineData("v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 ip4:192.0.2.1 -all", "+ip4=192.0.2.0/24 +ip6=2001:db8::/32 +ip4=192.0.2.1 -all")]
    [InlineData("v=spf1 include:_spf.example.net exists:%{ir}.%{v}._spf.%{d2} ptr -ptr:example.org", "+include:_spf.example.net +exists:%{ir}.%{v}._spf.%{d2} +ptr -ptr:example.org")]
    [InlineData("v=spf1 redirect=_spf.example.com exp=why.%{d} x-unknown=%{l}", " redirect=_spf.example.com exp=why.%{d}")]
    [InlineData("v=spf1 a:%{l1r/-}.example.com/8", "+a:%{l1r/-}.example.com/8")]
    public void A_record_is_read(string text, string expected) => Write(SpfRecord.Parse(text)!).Should().Be(expected);

    // RFC 7208 §4.6: a mistake anywhere makes the whole record one.
    [Theory]
    [InlineData("v=spf10 -all")]
    [InlineData("v=spf1-all")]
    [InlineData("spf1 -all")]
    [InlineData("v=spf1 foo")]
    [InlineData("v=spf1 ip4:192.0.2.0/33")]
    [InlineData("v=spf1 ip4:192.0.2.0/08")]
    [InlineData("v=spf1 ip4:192.0.2")]
    [InlineData("v=spf1 ip4:2001:db8::1")]
    [InlineData("v=spf1 ip6:192.0.2.1")]
    [InlineData("v=spf1 ip6:fe80::1%eth0")]
    [InlineData("v=spf1 ip6:2001:db8::/129")]
    [InlineData("v=spf1 ip4")]
    [InlineData("v=spf1 all:example.com")]
    [InlineData("v=spf1 include")]
    [InlineData("v=spf1 include:")]
    [InlineData("v=spf1 include:localhost")]
    [InlineData("v=spf1 a:example.123")]
    [InlineData("v=spf1 a:/24")]
    [InlineData("v=spf1 a/24/64")]
    [InlineData("v=spf1 exists:%{x}.example.com")]
    [InlineData("v=spf1 exists:%{i0}.example.com")]
    [InlineData("v=spf1 exists:%{i")]
    [InlineData("v=spf1 exists:%z.example.com")]
    [InlineData("v=spf1 exists:%{c}.example.com")]
    [InlineData("v=spf1 redirect=a.example.com redirect=b.example.com")]
    [InlineData("v=spf1 redirect=")]
    [InlineData("v=spf1 -all -")]
    [InlineData("v=spf1 è:example.com")]
    [InlineData("v=spf1 x=%")]
    public void A_mistake_is_no_record(string text) => SpfRecord.Parse(text).Should().BeNull();

    [Fact]
    public void A_record_is_bounded() =>
        SpfRecord.Parse("v=spf1" + string.Concat(Enumerable.Repeat(" a", 501))).Should().BeNull();

    [Fact]
    public void A_domain_may_say_that_it_sends_nothing()
    {
        SpfRecord.Parse("v=spf1 -all")!.SendsNothing.Should().BeTrue();
        SpfRecord.Parse("v=spf1 mx -all")!.SendsNothing.Should().BeFalse();
    }

    // RFC 7208 §7.4.
    [Theory]
    [InlineData("%{s}", "strong-bad@email.example.com")]
    [InlineData("%{o}", "email.example.com")]
    [InlineData("%{d4}", "email.example.com")]
    [InlineData("%{d1}", "com")]
    [InlineData("%{dr}", "com.example.email")]
    [InlineData("%{d2r}", "example.email")]
    [InlineData("%{l-}", "strong.bad")]
    [InlineData("%{lr-}", "bad.strong")]
    [InlineData("%{l1r-}", "strong")]
    [InlineData("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com")]
    [InlineData("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com")]
    [InlineData("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com")]
    [InlineData("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net")]
    [InlineData("%{S}", "strong-bad%40email.example.com")]
    public void Macros_are_expanded(string spec, string expected) => SpfMacro.ExpandName(spec, Facts("192.0.2.3")).Should().Be(expected);

    [Fact]
    public void A_new_address_is_expanded_by_its_nibbles() => SpfMacro.ExpandName("%{ir}.%{v}._spf.%{d2}", Facts("2001:db8::cb01"))
        .Should().Be("1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com");

    [Fact]
    public void A_name_that_grows_too_long_loses_labels_on_the_left()
    {
        var facts = Facts("192.0.2.3") with { LocalPart = string.Join('.', Enumerable.Repeat("abcdefghi", 30)) };
        var name = SpfMacro.ExpandName("%{l}.example.com", facts)!;
        name.Length.Should().BeLessThanOrEqualTo(253);
        name.Should().StartWith("abcdefghi.").And.EndWith(".example.com");
    }

    [Fact]
    public void A_giant_is_a_mistake() =>
        SpfMacro.ExpandName(string.Concat(Enumerable.Repeat("%{l}.", 20)) + "example.com", Facts("192.0.2.3") with { LocalPart = new string('x', 64) }).Should().BeNull();

    [Fact]
    public void An_explanation_has_macros_of_its_own() =>
        SpfMacro.ExpandText("See http://%{d}/why.html?s=%{S}&i=%{C} %{R}%_%%", Facts("192.0.2.3")).Should().Be("See http://email.example.com/why.html?s=strong-bad%40email.example.com&i=192.0.2.3 mx.example.org %");

    private static SpfFacts Facts(string client) => new(
        "strong-bad", "email.example.com", "email.example.com", IPAddress.Parse(client), "mail.example.com", "mx.example.org", DateTimeOffset.UnixEpoch);

    private static string Write(SpfRecord record) =>
        string.Join(' ', record.Directives.Select(Write)) + (record.Redirect is { } r ? $" redirect={r}" : "") + (record.Explanation is { } e ? $" exp={e}" : "");

    private static string Write(SpfDirective directive)
    {
        var sign = directive.Qualifier switch { SpfQualifier.Pass => "+", SpfQualifier.Fail => "-", SpfQualifier.SoftFail => "~", _ => "?" };
        var text = sign + directive.Mechanism.ToString().ToLowerInvariant();
        if (directive.Domain is { } domain)
            text += $":{domain}";
        if (directive.Network is { } network)
            text += $"={network}";
        return text + (directive.Prefix4 < 32 ? $"/{directive.Prefix4}" : "")
            + (directive.Prefix6 < 128 ? (directive.Mechanism is SpfMechanism.Ip6 ? "/" : "//") + directive.Prefix6 : "");
    }
}
