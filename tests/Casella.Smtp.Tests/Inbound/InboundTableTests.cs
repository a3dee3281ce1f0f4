using AwesomeAssertions;
using Casella.Core.Delivery;
using Casella.Core.Mailboxes;
using Casella.Smtp.Inbound;
using Casella.Smtp.Tests.World;
using Xunit;

namespace Casella.Smtp.Tests.Inbound;

/// <summary>
/// Mail that is what it seems, and mail that is not, in each way there is: who sends, what DNS says, what the client is
/// answered and where the message is found. On the wire, with real signatures and a real name server.
/// </summary>
public sealed class InboundTableTests(InboundTableTests.World world) : IClassFixture<InboundTableTests.World>
{
    private const string Body = "Hello,\n\nsee you on Monday.\n\nAnna\n";

    /// <summary>What DNS knows besides the keys.</summary>
    private const string Zone = """
        1.0.0.127.in-addr.arpa PTR client.test
        client.test A 127.0.0.1
        good.test TXT v=spf1 ip4:127.0.0.1 -all
        _dmarc.good.test TXT v=DMARC1; p=reject
        bank.test TXT v=spf1 ip4:192.0.2.1 -all
        _dmarc.bank.test TXT v=DMARC1; p=reject; sp=quarantine; np=reject
        here.bank.test A 192.0.2.1
        quiet.test TXT v=spf1 ip4:192.0.2.1 ~all
        _dmarc.quiet.test TXT v=DMARC1; p=quarantine
        watch.test TXT v=spf1 ip4:192.0.2.1 ?all
        _dmarc.watch.test TXT v=DMARC1; p=none
        strict.test TXT v=spf1 ip4:127.0.0.1 -all
        mail.strict.test TXT v=spf1 ip4:127.0.0.1 -all
        _dmarc.strict.test TXT v=DMARC1; p=reject; aspf=s; adkim=s
        mail.good.test TXT v=spf1 ip4:127.0.0.1 -all
        evil.test TXT v=spf1 ip4:127.0.0.1 -all
        never.test TXT v=spf1 -all
        temp.test TXT SERVFAIL
        _dmarc.temp.test TXT v=DMARC1; p=reject
        lost.test TXT v=spf1 ip4:127.0.0.1 -all
        _dmarc.lost.test TXT SERVFAIL
        twice.test TXT v=spf1 ip4:192.0.2.1 ~all
        _dmarc.twice.test TXT v=DMARC1; p=reject
        _dmarc.twice.test TXT v=DMARC1; p=reject
        some.test TXT v=spf1 ip4:192.0.2.1 ~all
        _dmarc.some.test TXT v=DMARC1; p=reject; pct=0
        some2.test TXT v=spf1 ip4:192.0.2.1 ~all
        _dmarc.some2.test TXT v=DMARC1; p=quarantine; pct=0
        one.co.uk TXT v=spf1 ip4:192.0.2.1 ~all
        _dmarc.one.co.uk TXT v=DMARC1; p=reject
        two.co.uk TXT v=spf1 ip4:127.0.0.1 -all
        revoked._domainkey.good.test TXT v=DKIM1; p=
        sha1._domainkey.good.test TXT v=DKIM1; h=sha1; p=AQID
        bad._domainkey.good.test TXT v=DKIM1; p=AQID
        silent._domainkey.bank.test TXT SERVFAIL
        """;

    private static string Mail(string from, string more = "") => $"From: {from}\nTo: info@example.org\nSubject: Monday\n{more}\n{Body}".ReplaceLineEndings("\r\n");
    private static string Signed(string from, string tags) => TestSignature.Sign(Mail(from), tags);

    private static string ByArc(ArcTestSet set, string tags = "d=bank.test; s=r") =>
        TestSignature.Seal(TestSignature.Sign(Mail("anna@bank.test"), tags).Replace("Monday", "[list] Monday", StringComparison.Ordinal), set);

    private static readonly Dictionary<string, Case> Cases = new(StringComparer.Ordinal)
    {
        // SPF and DMARC
        ["spf speaks for the author"] = new("anna@good.test", Mail("Anna <anna@good.test>"), "250", "iprev=pass spf=pass dkim=none dmarc=pass"),
        ["spf speaks for a domain above"] = new("bounce@mail.good.test", Mail("anna@good.test"), "250", "spf=pass dmarc=pass"),
        ["spf speaks for the same name only, and strictly"] = new("anna@strict.test", Mail("anna@strict.test"), "250", "spf=pass dmarc=pass"),
        ["strict alignment does not look upwards"] = new("bounce@mail.strict.test", Mail("anna@strict.test"), "550 5.7.1", ""),
        ["nobody speaks for the author"] = new("x@evil.test", Mail("anna@bank.test"), "550 5.7.1", ""),
        ["spf fails and the domain rejects"] = new("anna@bank.test", Mail("anna@bank.test"), "550 5.7.1", ""),
        ["the domain wants it kept apart"] = new("anna@quiet.test", Mail("anna@quiet.test"), "SPAM", "spf=softfail dmarc=fail"),
        ["the domain only watches"] = new("anna@watch.test", Mail("anna@watch.test"), "250", "spf=neutral dmarc=fail"),
        ["a domain without records"] = new("anna@nothing.test", Mail("anna@nothing.test"), "250", "spf=none dkim=none dmarc=none"),
        ["a domain below, which exists"] = new("x@evil.test", Mail("anna@here.bank.test"), "SPAM", "dmarc=fail"),
        ["a domain below, which does not exist"] = new("x@evil.test", Mail("anna@gone.bank.test"), "550 5.7.1", ""),
        ["two domains under one public suffix are two owners"] = new("x@two.co.uk", Mail("anna@one.co.uk"), "550 5.7.1", ""),
        ["none of the failing is in the sample: reject becomes quarantine"] = new("x@evil.test", Mail("anna@some.test"), "SPAM", "dmarc=fail"),
        ["none of the failing is in the sample: quarantine becomes none"] = new("x@evil.test", Mail("anna@some2.test"), "250", "dmarc=fail"),
        ["two records are none"] = new("anna@twice.test", Mail("anna@twice.test"), "250", "dmarc=none"),
        ["spf cannot be asked, so try again"] = new("anna@temp.test", Mail("anna@temp.test"), "451 4.7.1", ""),
        ["the policy cannot be asked"] = new("anna@lost.test", Mail("anna@lost.test"), "250", "spf=pass dmarc=temperror"),
        ["a bounce is asked by HELO"] = new("", Mail("MAILER-DAEMON@good.test"), "250", "spf=pass dmarc=pass", "good.test"),
        ["a forged bounce"] = new("", Mail("MAILER-DAEMON@bank.test"), "550 5.7.1", "", "client.test"),
        ["a domain that sends nothing"] = new("anna@never.test", Mail("anna@never.test"), "RCPT 550 5.7.23", ""),

        // who the author is
        ["two From fields"] = new("anna@good.test", Mail("anna@good.test", "From: boss@bank.test\n"), "550 5.7.1", ""),
        ["no From field"] = new("anna@good.test", "Subject: x\r\n\r\nhello\r\n", "550 5.7.1", ""),
        ["From with a space before the colon, twice"] = new("anna@good.test", "From : boss@bank.test\r\nFrom: anna@good.test\r\n\r\nx\r\n", "550 5.7.1", ""),
        ["two authors"] = new("anna@good.test", Mail("anna@good.test, boss@bank.test"), "SPAM", "dmarc=permerror"),
        ["a name that is an address"] = new("x@evil.test", Mail("\"boss@bank.test\" <x@evil.test>"), "250", "dmarc=none"),
        ["an address that is a name"] = new("x@evil.test", Mail("boss@bank.test <x@evil.test>"), "250", "dmarc=none"),
        ["the reader's address counts, folded or not"] = new("x@evil.test", Mail("\"x@evil.test\"\n <boss@bank.test>"), "550 5.7.1", ""),
        ["a comment hides nothing"] = new("x@evil.test", Mail("(x@evil.test) boss@bank.test (and more)"), "550 5.7.1", ""),
        ["a group is no author"] = new("x@evil.test", Mail("friends: boss@bank.test, x@evil.test;"), "SPAM", "dmarc=permerror"),
        ["an empty author"] = new("x@evil.test", Mail("<>"), "SPAM", "dmarc=permerror"),
        ["an encoded word is no address"] = new("x@evil.test", Mail("=?utf-8?q?boss=40bank.test?="), "SPAM", "dmarc=permerror"),
        ["capitals are the same domain"] = new("x@evil.test", Mail("boss@BANK.Test"), "550 5.7.1", ""),

        // DKIM
        ["an rsa signature"] = new("x@evil.test", Signed("anna@bank.test", "d=bank.test; s=r"), "250", "dkim=pass dmarc=pass"),
        ["an ed25519 signature"] = new("x@evil.test", Signed("anna@bank.test", "d=bank.test; s=e; a=ed25519-sha256"), "250", "dkim=pass dmarc=pass"),
        ["a signature of a domain below"] = new("x@evil.test", Signed("anna@good.test", "d=mail.good.test; s=r"), "250", "dkim=pass dmarc=pass"),
        ["a signature of another domain"] = new("x@evil.test", Signed("anna@bank.test", "d=good.test; s=r"), "550 5.7.1", ""),
        ["the body was changed"] = new("x@good.test", Signed("anna@good.test", "d=good.test; s=r").Replace("Monday.", "Tuesday.", StringComparison.Ordinal), "250", "dkim=fail"),
        ["the subject was changed"] = new("x@good.test", Signed("anna@good.test", "d=good.test; s=r").Replace("t: Monday", "t: Tuesday", StringComparison.Ordinal), "250", "dkim=fail"),
        ["a changed message with nothing else"] = new("x@evil.test", Signed("anna@bank.test", "d=bank.test; s=r").Replace("Monday.", "Tuesday.", StringComparison.Ordinal), "550 5.7.1", ""),
        ["there is no such key"] = new("x@good.test", Signed("anna@good.test", "d=good.test; s=none"), "250", "dkim=permerror"),
        ["the key was revoked"] = new("x@good.test", Signed("anna@good.test", "d=good.test; s=revoked"), "250", "dkim=fail"),
        ["the key is for SHA-1 only"] = new("x@good.test", Signed("anna@good.test", "d=good.test; s=sha1"), "250", "dkim=permerror"),
        ["the key is rubbish"] = new("x@good.test", Signed("anna@good.test", "d=good.test; s=bad"), "250", "dkim=permerror"),
        ["a key of 1024 bits"] = new("x@evil.test", Signed("anna@bank.test", "d=bank.test; s=k1024"), "250", "dkim=pass dmarc=pass"),
        ["a key of 4096 bits"] = new("x@evil.test", Signed("anna@bank.test", "d=bank.test; s=k4096"), "250", "dkim=pass dmarc=pass"),
        ["a key of 8192 bits"] = new("x@evil.test", Signed("anna@bank.test", "d=bank.test; s=k8192"), "250", "dkim=pass dmarc=pass"),
        ["a key of 512 bits"] = new("x@good.test", Signed("anna@good.test", "d=good.test; s=k512"), "250", "dkim=policy"),
        ["a key of 512 bits speaks for nobody"] = new("x@evil.test", Signed("anna@bank.test", "d=bank.test; s=k512"), "550 5.7.1", ""),
        ["a key of 1023 bits"] = new("x@good.test", Signed("anna@good.test", "d=good.test; s=k1023"), "250", "dkim=policy"),
        ["a key of more than 8192 bits"] = new("x@good.test", Signed("anna@good.test", "d=good.test; s=giant"), "250", "dkim=policy"),
        ["a key as RSAPublicKey"] = new("x@evil.test", Signed("anna@bank.test", "d=bank.test; s=plain"), "250", "dkim=pass dmarc=pass"),
        ["a key whose exponent is as long as itself"] = new("x@good.test", Signed("anna@good.test", "d=good.test; s=slow"), "250", "dkim=(fail|permerror|policy)"),
        ["a hundred signatures"] = new(
            "x@good.test", string.Concat(Enumerable.Repeat("DKIM-Signature: v=1; a=rsa-sha256; d=good.test; s=r; h=From; bh=AAAA; b=AAAA\r\n", 100)) + Mail("anna@good.test"),
            "250", "(dkim=fail.*\r\n\t){9}(?!dkim=fail.*\r\n\tdkim)dkim=fail"),
        ["a selector within our own network"] = new("x@good.test", Signed("anna@good.test", "d=localhost; s=r"), "250", "dkim=(permerror|neutral|fail)"),
        ["a selector that is another name"] = new("x@good.test", Signed("anna@good.test", "d=good.test; s=r._domainkey.bank.test.x"), "250", "dkim=permerror"),
        ["From is signed once and stands twice"] = new("x@evil.test", "From: boss@good.test\r\n" + Signed("anna@bank.test", "d=bank.test; s=r"), "550 5.7.1", ""),
        ["a second subject where one was signed is told"] = new("x@good.test", "Subject: Click\r\n" + Signed("anna@good.test", "d=good.test; s=r; h=From:To:Subject"), "250", "dkim=policy"),
        ["a second subject where one was signed"] = new("x@evil.test", "Subject: Click\r\n" + Signed("anna@bank.test", "d=bank.test; s=r; h=From:To:Subject"), "550 5.7.1", ""),
        ["an added text that is HTML"] = new(
            "x@good.test", Signed("anna@good.test", "d=good.test; s=r; l=38") + "<style>*{display:none}</style><b>Click</b>\r\n", "250", "dkim=policy"),
        ["a length of nothing"] = new("x@evil.test", Signed("anna@bank.test", "d=bank.test; s=r; l=0"), "550 5.7.1", ""),
        ["the key is too short"] = new("x@evil.test", Signed("anna@bank.test", "d=bank.test; s=w"), "550 5.7.1", ""),
        ["a short key is told"] = new("x@good.test", Signed("anna@good.test", "d=good.test; s=w"), "250", "dkim=policy"),
        ["sha-1 is told"] = new("x@good.test", Signed("anna@good.test", "d=good.test; s=r; a=rsa-sha1"), "250", "dkim=policy"),
        ["an unknown algorithm"] = new("x@good.test", Signed("anna@good.test", "d=good.test; s=r; a=rsa-sha512"), "250", "dkim=neutral"),
        ["a key of another kind"] = new("x@good.test", Signed("anna@good.test", "d=good.test; s=r; a=ed25519-sha256"), "250", "dkim=permerror"),
        ["the key cannot be asked"] = new("x@evil.test", Signed("anna@bank.test", "d=bank.test; s=silent"), "451 4.7.1", ""),
        ["an expired signature"] = new("x@good.test", Signed("anna@good.test", "d=good.test; s=r; t=1000; x=2000"), "250", "dkim=fail"),
        ["a signature from the future"] = new("x@good.test", Signed("anna@good.test", "d=good.test; s=r; t=99999999999"), "250", "dkim=fail"),
        ["From is not signed"] = new("x@good.test", Signed("anna@good.test", "d=good.test; s=r; h=To:Subject"), "250", "dkim=permerror"),
        ["a length that covers all"] = new("x@evil.test", Signed("anna@bank.test", "d=bank.test; s=r; l=38"), "250", "dkim=pass dmarc=pass"),
        ["a length, and something added behind"] = new("x@evil.test", Signed("anna@bank.test", "d=bank.test; s=r; l=38") + "Click here!\r\n", "550 5.7.1", ""),
        ["an added end is told"] = new("x@good.test", Signed("anna@good.test", "d=good.test; s=r; l=38") + "Click here!\r\n", "250", "dkim=policy"),
        ["an identity of another domain"] = new("x@good.test", Signed("anna@good.test", "d=good.test; s=r; i=@bank.test"), "250", "dkim=permerror"),
        ["two signatures, one is good"] = new("x@evil.test", TestSignature.Sign(Signed("anna@bank.test", "d=bank.test; s=r"), "d=good.test; s=none"), "250", "dkim=permerror dkim=pass dmarc=pass"),
        ["ten bad signatures hide a good one"] = new(
            "x@evil.test", string.Concat(Enumerable.Repeat("DKIM-Signature: v=1; a=x\r\n", 10)) + Signed("anna@bank.test", "d=bank.test; s=r"), "550 5.7.1", ""),
        ["a subject added on top"] = new(
            "x@evil.test", "Subject: Click\r\n" + Signed("anna@bank.test", "d=bank.test; s=r; h=From:To:Subject:Subject"), "550 5.7.1", ""),

        // ARC
        ["a list that we know has changed it"] = new("x@evil.test", ByArc(new(1, "list.test", "dmarc=pass", "none")), "250", "dkim=fail arc=pass dmarc=fail"),
        ["a list that nobody knows has changed it"] = new("x@evil.test", ByArc(new(1, "evil.test", "dmarc=pass", "none")), "550 5.7.1", ""),
        ["it was bad before the list"] = new("x@evil.test", ByArc(new(1, "list.test", "dmarc=fail", "none")), "550 5.7.1", ""),
        ["the seal of a list was broken"] = new(
            "x@evil.test", ByArc(new(1, "list.test", "dmarc=fail", "none")).Replace("dmarc=fail", "dmarc=pass", StringComparison.Ordinal), "550 5.7.1", ""),
        ["the body was changed behind the list"] = new(
            "x@evil.test", ByArc(new(1, "list.test", "dmarc=pass", "none")).Replace("Monday.", "Tuesday.", StringComparison.Ordinal), "550 5.7.1", ""),
        ["the first of a chain claims one before it"] = new("x@evil.test", ByArc(new(1, "list.test", "dmarc=pass", "pass")), "550 5.7.1", ""),
        ["two lists that we know"] = new("x@evil.test",
            TestSignature.Seal(ByArc(new(1, "list.test", "dmarc=pass", "none")), new(2, "list.test", "arc=pass", "pass")), "250", "arc=pass dmarc=fail"),
        ["a stranger behind a list that we know"] = new("x@evil.test",
            TestSignature.Seal(ByArc(new(1, "list.test", "dmarc=pass", "none")), new(2, "evil.test", "arc=pass", "pass")), "550 5.7.1", ""),
        ["a list that had seen it broken"] = new("x@evil.test",
            TestSignature.Seal(ByArc(new(1, "list.test", "dmarc=pass", "none")), new(2, "list.test", "arc=fail", "fail")), "550 5.7.1", ""),
        ["a set is missing"] = new("x@good.test", TestSignature.Seal(Mail("anna@good.test"), new(1, "list.test", "dmarc=pass", "none")).Replace("i=1;", "i=2;", StringComparison.Ordinal), "250", "arc=fail"),
    };

    public static TheoryData<string> All => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Each_message_gets_what_it_deserves(string name)
    {
        var (sender, message, expected, results, hello) = Cases[name];
        var subject = $"Subject-Of-Test: {Guid.NewGuid():N}\r\n";
        // Below everything that is signed or counted, where it changes nothing.
        var end = message.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 2;
        var answer = await world.Exchanger.BringAsync(message.Insert(end, subject), sender, hello);

        if (expected.StartsWith("RCPT ", StringComparison.Ordinal))
            answer.Recipient.Should().StartWith(expected[5..]);
        else
            answer.Content.Should().StartWith(expected is "SPAM" ? "250" : expected);
        if (!answer.Content.StartsWith("250", StringComparison.Ordinal))
            return;
        var stored = (await world.Exchanger.NewestAsync(expected is "SPAM" ? SpecialUse.Junk : SpecialUse.None))!;
        stored.Should().Contain(subject).And.MatchRegex($"^Return-Path: <{sender}>\r\nAuthentication-Results: mail.example.org;\r\n");
        foreach (var result in results.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            stored.Should().MatchRegex($"\r\n\t{result}[ ;\r]");
    }

    internal sealed record Case(string Sender, string Message, string Expected, string Results, string Hello = "client.test");

    public sealed class World : IAsyncLifetime
    {
        internal MailExchanger Exchanger { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var suffixes = Path.GetTempFileName();
            await File.WriteAllTextAsync(suffixes, "test\nuk\nco.uk\n");
            Exchanger = await MailExchanger.StartAsync(new InboundOptions
            {
                TrustedNetworks = "",
                TrustedSealers = "list.test",
                PublicSuffixes = suffixes,
                Greylist = new GreylistOptions { Scope = GreylistScope.Off },
            });
            Exchanger.Names.With(Zone);
            foreach (var domain in new[] { "good.test", "mail.good.test", "bank.test", "list.test", "evil.test" })
                Exchanger.Names.With(TestSignature.Keys(domain));
            Exchanger.Names.With(TestSignature.OddKeys("good.test")).With(TestSignature.OddKeys("bank.test"));
        }

        public ValueTask DisposeAsync() => Exchanger.DisposeAsync();
    }
}
