using System.Text;
using AwesomeAssertions;
using Casella.Net.Sasl;

namespace Casella.Net.Tests.Sasl;

public sealed class SaslExchangeTests
{
    [Fact]
    public void PLAIN_names_who_signs_in_and_whether_for_somebody_else()
    {
        Plain("\0info@example.org\0pässword").Should().Be((null, "info@example.org", "pässword"));
        Plain("other@example.org\0info@example.org\0secret").Should().Be(("other@example.org", "info@example.org", "secret"));
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

    [Theory]
    [InlineData("n,,n=user,r=abc", 'n', null, null, "user", "n,,")]
    [InlineData("y,,n=a=2Cb=3Dc,r=abc", 'y', null, null, "a,b=c", "y,,")]
    [InlineData("p=tls-exporter,a=user,n=user,r=abc,x=more", 'p', "tls-exporter", "user", "user", "p=tls-exporter,a=user,")]
    public void SCRAM_begins(string message, char flag, string? binding, string? authorization, string name, string header)
    {
        var first = ScramClientFirst.Read(Encoding.UTF8.GetBytes(message));

        (first.Flag, first.Binding, first.Authorization, first.UserName, first.Header, first.Nonce).Should().Be((flag, binding, authorization, name, header, "abc"));
        (first.Header + first.Bare).Should().Be(message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("n,,n=user")]
    [InlineData("n,,r=abc,n=user")]
    [InlineData("x,,n=user,r=abc")]
    [InlineData("p=,,n=user,r=abc")]
    [InlineData("p=tls unique,,n=user,r=abc")]
    [InlineData("n,,m=ext,n=user,r=abc")]
    [InlineData("n,,n=a=2Xb,r=abc")]
    [InlineData("n,,n=,r=abc")]
    [InlineData("n,,n=us\0er,r=abc")]
    [InlineData("n,,n=user,r=")]
    [InlineData("n,,n=user,r=a\u007Fc")]
    [InlineData("n,,n=user,r=abc,,,,,,,,,,,,,,,,,,,,")]
    public void SCRAM_that_begins_otherwise_is_refused(string message)
    {
        var read = () => ScramClientFirst.Read(Encoding.UTF8.GetBytes(message));

        read.Should().Throw<SaslException>();
    }

    [Theory]
    [InlineData("")]
    [InlineData("c=biws,r=abc")]
    [InlineData("c=biws,r=abc,p=AAAA")]
    [InlineData("c=bi ws,r=abc,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")]
    [InlineData("r=abc,c=biws,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")]
    [InlineData("c=biws,r=abc,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=,x=behind")]
    public void SCRAM_that_ends_otherwise_is_refused(string message)
    {
        var read = () => ScramClientFinal.Read(Encoding.UTF8.GetBytes(message));

        read.Should().Throw<SaslException>();
    }

    private static (string?, string, string) Plain(string response) => PlainExchange.Read(Encoding.UTF8.GetBytes(response));
}
