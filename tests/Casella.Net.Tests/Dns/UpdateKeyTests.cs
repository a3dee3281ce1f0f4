using AwesomeAssertions;
using Casella.Net.Dns;

namespace Casella.Net.Tests.Dns;

/// <summary>The file with the key that may change a zone.</summary>
public sealed class UpdateKeyTests
{
    [Theory]
    [InlineData("key \"casella\" {\n\talgorithm hmac-sha256;\n\tsecret \"AQID\";\n};\n", "casella", TsigAlgorithm.HmacSha256)]
    [InlineData("# of the zone\nkey casella.example.org. { algorithm HMAC-SHA512.; secret AQID; };", "casella.example.org", TsigAlgorithm.HmacSha512)]
    public void Is_read_as_name_servers_write_it(string text, string name, TsigAlgorithm algorithm)
    {
        var key = UpdateKey.Parse(text);

        (key.Name, key.Algorithm, Convert.ToHexString(key.Secret.Span)).Should().Be((name, algorithm, "010203"));
    }

    [Theory]
    [InlineData("", "*has no \"algorithm\"*")]
    [InlineData("key x { algorithm hmac-md5; secret \"AQID\"; };", "*HMAC-MD5 is not one of*")]
    [InlineData("key x { algorithm hmac-sha256; secret \"!\"; };", "*no base64*")]
    public void Else_is_said_what_is_wrong(string text, string words) =>
        ((Func<UpdateKey>)(() => UpdateKey.Parse(text))).Should().Throw<FormatException>().WithMessage(words);
}
