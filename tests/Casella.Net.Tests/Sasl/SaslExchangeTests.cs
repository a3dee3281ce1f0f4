using System.Text;
using AwesomeAssertions;
using Casella.Net.Sasl;

namespace Casella.Net.Tests.Sasl;

public sealed class SaslExchangeTests
{
    [Fact]
    public void PLAIN_names_who_signs_in_and_whether_for_somebody_else()
    {
        Plain("\0info@example.org\0pässword").Should().Be(new SaslCredentials(null, "info@example.org", "pässword"));
        Plain("other@example.org\0info@example.org\0secret").AsksForAnother.Should().BeTrue();
        Plain("info@example.org\0info@example.org\0secret").AsksForAnother.Should().BeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("info@example.org")]
    [InlineData("\0info@example.org")]
    [InlineData("\0\0secret")]
    [InlineData("\0info@example.org\0")]
    [InlineData("\0info@example.org\0sec\0ret")]
    [InlineData("\0info@example.org\r\n\0secret")]
    public void PLAIN_that_is_none_is_refused(string response)
    {
        var exchange = () => Plain(response);

        exchange.Should().Throw<SaslException>();
    }

    [Fact]
    public void LOGIN_takes_the_name_asked_for_or_as_initial_response()
    {
        var asked = SaslExchange.Begin("LOGIN")!;
        Encoding.ASCII.GetString(asked.Next(null).Challenge!.Value.Span).Should().Be("Username:");
        Encoding.ASCII.GetString(asked.Next("info@example.org"u8.ToArray()).Challenge!.Value.Span).Should().Be("Password:");
        asked.Next("secret"u8.ToArray()).Credentials.Should().Be(new SaslCredentials(null, "info@example.org", "secret"));

        var initial = SaslExchange.Begin("login")!;
        Encoding.ASCII.GetString(initial.Next("info@example.org"u8.ToArray()).Challenge!.Value.Span).Should().Be("Password:");
    }

    [Fact]
    public void Credentials_never_show_the_password() =>
        new SaslCredentials(null, "info@example.org", "secret").ToString().Should().NotContain("secret");

    [Theory]
    [InlineData("=", 0)]
    [InlineData("YWJj", 3)]
    public void Base64_is_read(string text, int length) => SaslExchange.DecodeBase64(Encoding.ASCII.GetBytes(text)).Should().HaveCount(length);

    [Theory]
    [InlineData("YWJ")]
    [InlineData("YW Jj")]
    [InlineData("!!!!")]
    [InlineData("YWJj\r\n")]
    public void Base64_is_read_strictly(string text)
    {
        var decode = () => SaslExchange.DecodeBase64(Encoding.ASCII.GetBytes(text));

        decode.Should().Throw<SaslException>();
    }

    [Fact]
    public void A_mechanism_nobody_offers_does_not_begin() => SaslExchange.Begin("CRAM-MD5").Should().BeNull();

    private static SaslCredentials Plain(string response) => SaslExchange.Begin("PLAIN")!.Next(Encoding.UTF8.GetBytes(response)).Credentials!;
}
