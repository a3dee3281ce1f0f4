using System.Text;
using AwesomeAssertions;
using Casella.Web.Reading;

namespace Casella.Web.Tests.Reading;

/// <summary>What a reader is told of a sender comes from our own checks, and from nothing that came with the mail.</summary>
public sealed class SenderTrustTests
{
    [Theory]
    [InlineData("dmarc=pass header.from=example.net", nameof(SenderProof.Proven))]
    [InlineData("spf=fail; dkim=none; dmarc=fail", nameof(SenderProof.Refuted))]
    [InlineData("spf=fail smtp.mailfrom=example.net; dkim=none; dmarc=none", nameof(SenderProof.Refuted))]
    [InlineData("spf=fail; dkim=pass; dmarc=none", nameof(SenderProof.Unproven))]
    [InlineData("spf=none; dkim=none; dmarc=none", nameof(SenderProof.Unproven))]
    public void The_proof_is_what_our_server_found(string results, string proof) =>
        Of($"Authentication-Results: mx.example.org;\r\n\t{results}\r\nReceived: from a\r\n").Proof.ToString().Should().Be(proof);

    [Fact]
    public void What_came_with_the_mail_proves_nothing()
    {
        var trust = Of("Received: from a\r\nAuthentication-Results: mx.example.org; dmarc=pass\r\nX-Spam-Status: No, score=0.0 required=5.0 tests=NAME_IS_OURS\r\n");

        trust.Should().Be(SenderTrust.Nothing);
    }

    [Fact]
    public void The_signs_of_the_filter_become_words()
    {
        var trust = Of(
            "Authentication-Results: mx.example.org; dmarc=none\r\n"
            + "X-Spam-Status: No, score=4.0 required=5.0\r\n\ttests=FIRST_CONTACT=0.5,NAME_IS_OURS=3.5\r\nReceived: from a\r\n");

        trust.IsFirst.Should().BeTrue();
        trust.PretendsUs.Should().BeTrue();
    }

    [Fact]
    public void A_domain_like_ours_is_told() =>
        SenderTrust.Of(Encoding.ASCII.GetBytes("Authentication-Results: mx; spf=pass\r\nReceived: x\r\n\r\n"), "examp1e.org", "example.org").LooksLike.Should().Be("example.org");

    [Fact]
    public void Pictures_come_from_whom_one_trusts_and_who_is_it()
    {
        var pictures = new TrustedPictures(All: false, []).With("News@Example.net");

        pictures.Shows("news@example.net", SenderProof.Proven).Should().BeTrue();
        pictures.Shows("news@example.net", SenderProof.Refuted).Should().BeFalse();
        pictures.Shows("other@example.net", SenderProof.Proven).Should().BeFalse();
        (pictures with { All = true }).Shows("other@example.net", SenderProof.Unproven).Should().BeTrue();
    }

    private static SenderTrust Of(string header) => SenderTrust.Of(Encoding.ASCII.GetBytes($"{header}From: a@example.net\r\n\r\n"), "example.net", "example.org");
}
