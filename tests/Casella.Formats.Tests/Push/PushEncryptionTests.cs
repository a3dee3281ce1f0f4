using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Casella.Formats.Push;

namespace Casella.Formats.Tests.Push;

public sealed class PushEncryptionTests
{
    // RFC 8291 §5 and its appendix A.
    private const string ServerPoint = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
    private const string ServerPrivate = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
    private const string BrowserPoint = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";

    private static readonly PushKeys Browser = new(Base64Url.DecodeFromChars(BrowserPoint), Base64Url.DecodeFromChars("BTBZMqHH6r4Tts7J_aSIgg"));

    [Fact]
    public void The_example_of_the_standard_comes_out_octet_by_octet()
    {
        var point = Base64Url.DecodeFromChars(ServerPoint);
        using var server = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = Base64Url.DecodeFromChars(ServerPrivate),
            Q = new ECPoint { X = point[1..33], Y = point[33..] },
        });

        var body = PushEncryption.Encrypt("When I grow up, I want to be a watermelon"u8, Browser, server, Base64Url.DecodeFromChars("DGv6ra1nlYgDCS1FRnbzlw"));

        Base64Url.EncodeToString(body).Should().Be(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
            + "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN");
    }

    [Fact]
    public void Each_message_has_a_key_of_its_own_and_fits_into_one_record()
    {
        var text = new byte[PushEncryption.OctetsAtMost];

        var (one, other) = (PushEncryption.Encrypt(text, Browser), PushEncryption.Encrypt(text, Browser));

        one.Should().HaveCount(4_096).And.NotEqual(other);
        FluentActions.Invoking(() => PushEncryption.Encrypt(new byte[text.Length + 1], Browser)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Keys_that_are_none_are_told_apart()
    {
        Browser.IsValid.Should().BeTrue();
        (Browser with { Secret = [1] }).IsValid.Should().BeFalse();
        (Browser with { Public = [4, .. new byte[64]] }).IsValid.Should().BeFalse("the point is not on the curve");
        (Browser with { Public = [] }).IsValid.Should().BeFalse();
    }

    [Fact]
    public void The_server_signs_for_one_service_and_half_a_day()
    {
        using var signer = new PushSigner(PushSigner.NewKey());
        var now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

        var value = signer.Authorization(new Uri("https://push.example.net:8443/p/secret"), "https://mail.example.org", now);

        value.Should().StartWith("vapid t=").And.EndWith($", k={signer.PublicKey}");
        var parts = value["vapid t=".Length..].Split(',')[0].Split('.');
        var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1])).RootElement;
        claims.GetProperty("aud").GetString().Should().Be("https://push.example.net:8443");
        claims.GetProperty("exp").GetInt64().Should().Be(now.AddHours(12).ToUnixTimeSeconds());
        claims.GetProperty("sub").GetString().Should().Be("https://mail.example.org");
        var point = Base64Url.DecodeFromChars(signer.PublicKey);
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..33], Y = point[33..] } });
        key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256).Should().BeTrue();
    }
}
