namespace Casella.Network;

/// <summary>Domains in whose name alpha sends to beta, with everything right, or one thing wrong.</summary>
/// <param name="Records">SPF, DMARC; {d} is the domain.</param>
/// <param name="Expected">"INBOX", "SPAM", or how the fate begins.</param>
/// <param name="Results">Words of Authentication-Results.</param>
internal sealed record SenderCase(string Name, string Records, DkimKeys Keys, string Expected, string Results = "");

internal static class SenderTable
{
    private const string Ours = "{d}. TXT \"v=spf1 ip4:198.51.100.10 ip6:2001:db8::10 -all\"\n";
    private const string Others = "{d}. TXT \"v=spf1 ip4:198.51.100.77 -all\"\n";
    private const string Reject = "_dmarc.{d}. TXT \"v=DMARC1; p=reject\"\n";
    private const string Quarantine = "_dmarc.{d}. TXT \"v=DMARC1; p=quarantine\"\n";
    private const string Watch = "_dmarc.{d}. TXT \"v=DMARC1; p=none\"\n";

    /// <summary>Everything that is not a case of its own.</summary>
    public const string World = """
        alpha.test. MX 10 mx.alpha.test.
        mx.alpha.test. A 198.51.100.10
        mx.alpha.test. AAAA 2001:db8::10
        alpha.test. TXT "v=spf1 mx -all"
        mx.alpha.test. TXT "v=spf1 a -all"
        _dmarc.alpha.test. TXT "v=DMARC1; p=reject"
        beta.test. MX 10 mx.beta.test.
        mx.beta.test. A 198.51.100.20
        beta.test. TXT "v=spf1 mx -all"
        _mta-sts.beta.test. TXT "v=STSv1; id=1;"
        mta-sts.beta.test. CNAME mx.beta.test.
        gamma.test. MX 10 mx.gamma.test.
        mx.gamma.test. A 198.51.100.30
        gamma.test. TXT "v=spf1 mx -all"
        mx.gamma.test. TXT "v=spf1 a -all"
        _dmarc.gamma.test. TXT "v=DMARC1; p=reject"
        10.100.51.198.in-addr.arpa. PTR mx.alpha.test.
        20.100.51.198.in-addr.arpa. PTR mx.beta.test.
        30.100.51.198.in-addr.arpa. PTR mx.gamma.test.
        66.100.51.198.in-addr.arpa. PTR wild.test.
        wild.test. A 198.51.100.66
        wild.test. TXT "v=spf1 ip4:198.51.100.66 -all"
        67.100.51.198.bl.test. A 127.0.0.2
        inc.test. TXT "v=spf1 ip4:198.51.100.10 -all"
        never.test. TXT "v=spf1 -all"
        silent.bogus. TXT "v=spf1 -all"
        """;

    public static IReadOnlyList<SenderCase> Cases { get; } =
    [
        new("all-right", Ours + Reject, DkimKeys.All, "INBOX", "iprev=pass spf=pass dkim=pass dkim=pass dmarc=pass"),
        new("nothing-said", "", DkimKeys.None, "INBOX", "spf=none dmarc=none"),
        new("only-spf", Ours + Reject, DkimKeys.None, "INBOX", "spf=pass dkim=permerror dmarc=pass"),
        new("only-dkim", Others + Reject, DkimKeys.All, "INBOX", "spf=fail dkim=pass dmarc=pass"),
        new("only-rsa", Others + Reject, DkimKeys.RsaOnly, "INBOX", "dkim=pass dkim=permerror dmarc=pass"),
        new("only-ed25519", Others + Reject, DkimKeys.EdOnly, "INBOX", "dkim=permerror dkim=pass dmarc=pass"),
        new("wrong-keys", Ours + Reject, DkimKeys.Wrong, "INBOX", "dkim=fail dkim=fail dmarc=pass"),
        new("revoked-keys", Ours + Reject, DkimKeys.Revoked, "INBOX", "dkim=fail dmarc=pass"),
        new("rubbish-keys", Ours + Reject, DkimKeys.Rubbish, "INBOX", "dkim=permerror dmarc=pass"),
        new("wrong-keys-no-spf", Others + Reject, DkimKeys.Wrong, "Failed 5.7.1"),
        new("no-keys-no-spf", Others + Reject, DkimKeys.None, "Failed 5.7.1"),
        new("apart", Others + Quarantine, DkimKeys.None, "SPAM", "dmarc=fail"),
        new("watched", Others + Watch, DkimKeys.None, "INBOX", "dmarc=fail"),
        new("sampled", Others + "_dmarc.{d}. TXT \"v=DMARC1; p=reject; pct=0\"", DkimKeys.None, "SPAM", "dmarc=fail"),
        new("two-policies", Others + Reject + Quarantine, DkimKeys.None, "INBOX", "dmarc=none"),
        new("unreadable-policy", Others + "_dmarc.{d}. TXT \"v=DMARC1; p=perhaps\"", DkimKeys.None, "INBOX", "dmarc=none"),
        new("soft", "{d}. TXT \"v=spf1 ~all\"\n" + Watch, DkimKeys.None, "INBOX", "spf=softfail dmarc=fail"),
        new("neutral", "{d}. TXT \"v=spf1 ?all\"\n" + Watch, DkimKeys.None, "INBOX", "spf=neutral dmarc=fail"),
        new("by-include", "{d}. TXT \"v=spf1 include:inc.test -all\"\n" + Reject, DkimKeys.None, "INBOX", "spf=pass dmarc=pass"),
        new("by-redirect", "{d}. TXT \"v=spf1 redirect=inc.test\"\n" + Reject, DkimKeys.None, "INBOX", "spf=pass dmarc=pass"),
        new("by-mx", "{d}. TXT \"v=spf1 mx -all\"\n" + Reject, DkimKeys.None, "INBOX", "spf=pass dmarc=pass"),
        new("by-a", "{d}. TXT \"v=spf1 a:mx.alpha.test -all\"\n" + Reject, DkimKeys.None, "INBOX", "spf=pass dmarc=pass"),
        new("by-ptr", "{d}. TXT \"v=spf1 ptr:alpha.test -all\"\n" + Reject, DkimKeys.None, "INBOX", "spf=pass dmarc=pass"),
        new("by-exists", "{d}. TXT \"v=spf1 exists:%{ir}.ok.{d} -all\"\n10.100.51.198.ok.{d}. A 127.0.0.1\n" + Reject, DkimKeys.None, "INBOX", "spf=pass dmarc=pass"),
        new("two-spf", "{d}. TXT \"v=spf1 +all\"\n" + Ours + Watch, DkimKeys.None, "INBOX", "spf=permerror"),
        new("bad-spf", "{d}. TXT \"v=spf1 ip4:198.51.100.300 -all\"\n" + Watch, DkimKeys.None, "INBOX", "spf=permerror"),
        new("round-spf", "{d}. TXT \"v=spf1 include:{d} -all\"\n" + Watch, DkimKeys.None, "INBOX", "spf=permerror"),
        new("many-spf", "{d}. TXT \"v=spf1 a:1.{d} a:2.{d} a:3.{d} a:4.{d} -all\"\n" + Watch, DkimKeys.None, "INBOX", "spf=permerror"),
        new("silent-spf", "{d}. TXT \"v=spf1 include:silent.bogus -all\"\n" + Reject, DkimKeys.None, "Waiting 451 4.7.1"),
        new("silent-spf-signed", "{d}. TXT \"v=spf1 include:silent.bogus -all\"\n" + Reject, DkimKeys.All, "INBOX", "spf=temperror dkim=pass dmarc=pass"),
        new("sends-nothing", "{d}. TXT \"v=spf1 -all\"\n", DkimKeys.All, "Failed 5.7.23"),
        new("strict", Ours + "_dmarc.{d}. TXT \"v=DMARC1; p=reject; adkim=s; aspf=s\"", DkimKeys.All, "INBOX", "dmarc=pass"),
    ];
}
