using Casella.Formats.Addresses;

namespace Casella.Formats.Tests.Addresses;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("info@example.org", "info@example.org")]
    [InlineData("INFO@Example.ORG", "info@example.org")]
    [InlineData("info@example.org.", "info@example.org")]
    [InlineData("\"info\"@example.org", "info@example.org")]
    [InlineData("\"a b\"@example.org", "\"a b\"@example.org")]
    [InlineData("\"a\\\"b\"@example.org", "\"a\\\"b\"@example.org")]
    [InlineData("perche\u0301@example.org", "perché@example.org")]
    [InlineData("info@münchen.example", "info@xn--mnchen-3ya.example")]
    [InlineData("info@xn--mnchen-3ya.example", "info@xn--mnchen-3ya.example")]
    [InlineData("a@[127.0.0.1]", "a@[127.0.0.1]")]
    [InlineData("a@[ipv6:::1]", "a@[IPv6:::1]")]
    [InlineData("a+b=c!#$%&'*/?^_`{|}~-@example.org", "a+b=c!#$%&'*/?^_`{|}~-@example.org")]
    public void An_address_has_one_canonical_spelling(string typed, string canonical)
    {
        EmailAddress.TryParse(typed, out var address).Should().BeTrue();
        address.ToString().Should().Be(canonical);
        EmailAddress.TryParse(address.ToString(), out var again).Should().BeTrue();
        again.Should().Be(address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("info")]
    [InlineData("@example.org")]
    [InlineData("info@")]
    [InlineData(".info@example.org")]
    [InlineData("info.@example.org")]
    [InlineData("in..fo@example.org")]
    [InlineData("in fo@example.org")]
    [InlineData("info@exam ple.org")]
    [InlineData("info@-example.org")]
    [InlineData("info@example_.org")]
    [InlineData("info@1.2.3.4")]
    [InlineData("info@[1.2.3]")]
    [InlineData("info@[0x7f.0.0.1]")]
    [InlineData("info@[::1]")]
    [InlineData("info@[IPv6:127.0.0.1]")]
    [InlineData("info@[IPv6:fe80::1%eth0]")]
    [InlineData("in\0fo@example.org")]
    [InlineData("in\r\nfo@example.org")]
    [InlineData("\"in\r\nfo\"@example.org")]
    [InlineData("\"in\"fo\"@example.org")]
    [InlineData("in\u200Bfo@example.org")]
    [InlineData("in\u202Efo@example.org")]
    [InlineData("info@exam\u200Bple..org")]
    [InlineData("a@b@example.org")]
    [InlineData("info@example.org\u0000")]
    [InlineData("\uD800@example.org")]
    [InlineData("info@xn--a.example")]
    public void What_is_no_address_is_refused(string typed) => EmailAddress.TryParse(typed, out _).Should().BeFalse();

    [Theory]
    [InlineData("admın@example.org")]
    [InlineData("ａdmin@example.org")]
    [InlineData("admin+x@example.org")]
    [InlineData("admin@example.com")]
    public void A_look_alike_is_another_address(string typed)
    {
        EmailAddress.TryParse("admin@example.org", out var admin).Should().BeTrue();
        EmailAddress.TryParse(typed, out var other).Should().BeTrue();
        other.Should().NotBe(admin);
    }

    [Fact]
    public void Lengths_are_those_of_RFC_5321()
    {
        EmailAddress.TryParse(new string('a', 64) + "@example.org", out _).Should().BeTrue();
        EmailAddress.TryParse(new string('a', 65) + "@example.org", out _).Should().BeFalse();
        EmailAddress.TryParse("a@" + new string('b', 63) + ".example", out _).Should().BeTrue();
        EmailAddress.TryParse("a@" + new string('b', 64) + ".example", out _).Should().BeFalse();
        EmailAddress.TryParse("a@" + string.Join('.', Enumerable.Repeat(new string('b', 60), 5)), out _).Should().BeFalse();
    }

    [Fact]
    public void The_wire_has_the_spelling_of_the_sender()
    {
        EmailAddress.TryParse("Anna.Rossi+Notes@Example.ORG", out var address).Should().BeTrue();
        address.ToWire().Should().Be("Anna.Rossi+Notes@example.org");
        address.Subaddress.Should().Be(("anna.rossi", "notes"));
        address.WithoutDetail().ToString().Should().Be("anna.rossi@example.org");
    }
}
