
namespace Casella.Network;

/// <summary>Domains that alpha sends to, with everything right, or one thing wrong.</summary>
/// <param name="Name">Below the zone.</param>
/// <param name="Records">{d} is the domain, {beta} beta's address, {b-key} the digest of its key.</param>
/// <param name="Expected">How the fate that alpha tells begins.</param>
internal sealed record OutboundCase(string Name, string Records, string Expected)
{
    public string Zone { get; init; } = "test";
    public bool IsAtBeta { get; init; } = true;

    /// <summary>Served by the policies' web server.</summary>
    public (int Status, string Kind, string Text)? Policy { get; init; }

    public bool IsPolicyUntrusted { get; init; }

    /// <summary>More words of MAIL FROM.</summary>
    public string More { get; init; } = "";

    /// <summary>More fields of the message.</summary>
    public string Fields { get; init; } = "";
}

internal static class OutboundTable
{
    private const string Beta = "{d}. MX 10 mx.{d}.\nmx.{d}. A {beta}\n";
    private const string Tlsa = Beta + "_25._tcp.mx.{d}. TLSA ";

    public static IReadOnlyList<OutboundCase> Cases { get; } =
    [
        // Where it goes
        new("mx", Beta, "HandedOver Encrypted"),
        new("no-mx", "{d}. A {beta}", "HandedOver Encrypted"),
        new("six", "{d}. MX 10 mx.{d}.\nmx.{d}. AAAA 2001:db8::20", "HandedOver Encrypted"),
        new("first-is-down", "{d}. MX 5 down.{d}.\ndown.{d}. A 198.51.100.99\n" + Beta, "HandedOver Encrypted"),
        new("first-is-nothing", "{d}. MX 5 nothing.{d}.\n" + Beta, "HandedOver Encrypted"),
        new("mx-is-alias", "{d}. MX 10 mail.{d}.\nmail.{d}. CNAME mx.beta.test.", "HandedOver Encrypted"),
        new("all-down", "{d}. MX 5 down.{d}.\ndown.{d}. A 198.51.100.99", "Waiting 4.4.1"),
        new("null-mx", "{d}. MX 0 .", "Failed 5.1.10") { IsAtBeta = false },
        new("no-address", "{d}. TXT \"hello\"", "Failed 5.1.2") { IsAtBeta = false },
        new("not-there", "", "Failed 5.1.2") { IsAtBeta = false },
        new("mx-leads-nowhere", "{d}. MX 10 nothing.{d}.", "Waiting 4.4.4") { IsAtBeta = false },
        new("broken-signature", Beta, "Waiting 4.4.3") { Zone = "bogus" },
        new("nobody", "{d}. MX 10 mx.beta.test.", "Failed 5.7.1") { IsAtBeta = false },
        new("not-secured", Beta, "HandedOver Encrypted") { Zone = "lan" },
        // Without demands, anything is better than nothing
        new("plain", "{d}. MX 10 mx.{d}.\nmx.{d}. A {61}", "HandedOver ClearText") { IsAtBeta = false },
        new("expired", "{d}. MX 10 mx.{d}.\nmx.{d}. A {62}", "HandedOver Encrypted") { IsAtBeta = false },
        new("unknown", "{d}. MX 10 mx.{d}.\nmx.{d}. A {63}", "HandedOver Encrypted") { IsAtBeta = false },
        new("broken-tls", "{d}. MX 10 mx.{d}.\nmx.{d}. A {64}", "HandedOver ClearText") { IsAtBeta = false },
        // DANE
        new("dane-key", Tlsa + "3 1 1 {b-key}", "HandedOver Dane"),
        new("dane-key512", Tlsa + "3 1 2 {b-key512}", "HandedOver Dane"),
        new("dane-cert", Tlsa + "3 0 1 {b}", "HandedOver Dane"),
        new("dane-whole", Tlsa + "3 0 0 {b-whole}", "HandedOver Dane"),
        new("dane-ta", Tlsa + "2 0 1 {ca}", "HandedOver Dane"),
        new("dane-ta-name", Tlsa + "2 0 1 {ca}", "Waiting 4.7.5"),
        new("dane-roll", Tlsa + "3 1 1 {other}\n_25._tcp.mx.{d}. TLSA 3 1 1 {b-key}", "HandedOver Dane"),
        new("dane-wrong", Tlsa + "3 1 1 {other}", "Waiting 4.7.5"),
        new("dane-web", Tlsa + "1 1 1 {other}", "HandedOver Encrypted"),
        new("dane-plain", "{d}. MX 10 mx.{d}.\nmx.{d}. A {61}\n_25._tcp.mx.{d}. TLSA 3 1 1 {other}", "Waiting 4.7.5") { IsAtBeta = false },
        new("dane-broken", "{d}. MX 10 mx.{d}.\nmx.{d}. A {64}\n_25._tcp.mx.{d}. TLSA 3 1 1 {other}", "Waiting 4.7.5") { IsAtBeta = false },
        new("dane-unsigned", Tlsa + "3 1 1 {other}", "HandedOver Encrypted") { Zone = "lan" },
        new("dane-bogus", "{d}. MX 10 mx.dane-bogus.bogus.\nmx.dane-bogus.bogus. A {beta}\n_25._tcp.mx.dane-bogus.bogus. TLSA 3 1 1 {b-key}", "Waiting 4.4.3"),
        new("dane-mx-unsigned", "{d}. MX 10 mx.dane-wrong.test.", "HandedOver Encrypted") { Zone = "lan" },
        new("dane-second", "{d}. MX 5 mx.dane-wrong.test.\n{d}. MX 10 mx.dane-key.test.", "HandedOver Dane"),
        // MTA-STS
        new("sts-good", Beta, "HandedOver Certified") { Policy = Policy("mx.sts-good.test") },
        new("sts-wild", Beta, "HandedOver Certified") { Policy = Policy("*.sts-wild.test") },
        new("sts-other-mx", Beta, "Waiting 4.7.5") { Policy = Policy("mx.elsewhere.test") },
        new("sts-other-name", Beta, "Waiting 4.7.5") { Policy = Policy("mx.sts-other-name.test") },
        new("sts-plain", "{d}. MX 10 mx.{d}.\nmx.{d}. A {61}", "Waiting 4.7.5") { Policy = Policy("mx.sts-plain.test"), IsAtBeta = false },
        new("sts-expired", "{d}. MX 10 mx.{d}.\nmx.{d}. A {62}", "Waiting 4.7.5") { Policy = Policy("mx.sts-expired.test"), IsAtBeta = false },
        new("sts-unknown", "{d}. MX 10 mx.{d}.\nmx.{d}. A {63}", "Waiting 4.7.5") { Policy = Policy("mx.sts-unknown.test"), IsAtBeta = false },
        new("sts-broken", "{d}. MX 10 mx.{d}.\nmx.{d}. A {64}", "Waiting 4.7.5") { Policy = Policy("mx.sts-broken.test"), IsAtBeta = false },
        new("sts-foreign", "{d}. MX 10 mx.{d}.\nmx.{d}. A {65}", "HandedOver Certified") { Policy = Policy("mx.sts-foreign.test"), IsAtBeta = false },
        new("sts-testing", Beta, "HandedOver Encrypted") { Policy = Policy("mx.elsewhere.test", "testing") },
        new("sts-none", Beta, "HandedOver Encrypted") { Policy = Policy("mx.elsewhere.test", "none") },
        new("sts-404", Beta, "HandedOver Encrypted") { Policy = (404, "text/plain", "") },
        new("sts-page", Beta, "HandedOver Encrypted") { Policy = Policy("mx.elsewhere.test") with { Kind = "text/html" } },
        new("sts-bomb", Beta, "HandedOver Encrypted") { Policy = (200, "text/plain", Policy("mx.elsewhere.test").Text + new string('x', 100_000)) },
        new("sts-moved", Beta, "HandedOver Encrypted") { Policy = (301, "text/plain", Policy("mx.elsewhere.test").Text) },
        new("sts-untrusted", Beta, "HandedOver Encrypted") { Policy = Policy("mx.elsewhere.test"), IsPolicyUntrusted = true },
        new("sts-twice", Beta + "_mta-sts.{d}. TXT \"v=STSv1; id=2;\"", "HandedOver Encrypted") { Policy = Policy("mx.elsewhere.test") },
        new("sts-behind-dane", Tlsa + "3 1 1 {b-key}", "HandedOver Dane") { Policy = Policy("mx.elsewhere.test") },
        new("sts-waived", Beta, "HandedOver Encrypted") { Policy = Policy("mx.elsewhere.test"), Fields = "TLS-Required: No\n" },
        // REQUIRETLS
        new("sure-dane", Tlsa + "3 1 1 {b-key}", "HandedOver Dane") { More = " REQUIRETLS" },
        new("sure-nothing", "{d}. MX 10 mx.{d}.\nmx.{d}. A {beta}", "Failed 5.7.10") { More = " REQUIRETLS", Zone = "lan" },
        new("sure-no-promise", "{d}. MX 10 mx.{d}.\nmx.{d}. A {65}", "Failed 5.7.10") { More = " REQUIRETLS", Policy = Policy("mx.sure-no-promise.test"), IsAtBeta = false },
    ];

    private static (int Status, string Kind, string Text) Policy(string exchanger, string mode = "enforce") =>
        (200, "text/plain", $"version: STSv1\nmode: {mode}\nmx: {exchanger}\nmax_age: 86400\n");
}
