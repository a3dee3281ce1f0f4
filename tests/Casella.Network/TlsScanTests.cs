using System.Text.Json;
using Casella.Network.Machines;

namespace Casella.Network;

/// <summary>A22, by the eyes of a stranger: Debian's testssl.sh looks at the ports that have TLS, and finds nothing to blame.</summary>
public sealed class TlsScanTests(Internet internet)
{
    /// <summary>
    /// Versions and ciphers. The certificate is not asked: here it is of an authority that nobody knows.
    /// </summary>
    private static readonly string[] Brief = ["--protocols", "--std"];

    /// <summary>Besides, forward secrecy and each weakness that has a name: minutes, and one TLS serves all ports.</summary>
    private static readonly string[] Whole = [.. Brief, "--pfs", "--vulnerable"];

    /// <summary>Suites of TLS 1.2 with CBC and SHA-2, which stay (ADR 0052).</summary>
    private static readonly string[] Accepted = ["cipherlist_AVERAGE", "LUCKY13"];

    [Theory]
    [InlineData(25, "smtp", true)]
    [InlineData(993, null, true)]
    [InlineData(465, null, false)]
    [InlineData(587, "smtp", false)]
    [InlineData(143, "imap", false)]
    [InlineData(995, null, false)]
    public async Task A_scanner_finds_nothing_to_blame(int port, string? startTls, bool isWhole)
    {
        var report = Path.Join(Path.GetTempPath(), $"casella-tls-{Guid.NewGuid():N}.json");
        try
        {
            string[] how = startTls is null ? [] : ["--starttls", startTls];
            string[] asked = isWhole ? Whole : Brief;
            await Tool.TryAsync(internet.Beta.Place.Command(
                ["testssl", .. asked, .. how, "--quiet", "--warnings", "off", "--color", "0", "--nodns", "none", "--jsonfile", report, $"{internet.Beta.Place.Address}:{port}"]));
            using var findings = JsonDocument.Parse(await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken));
            var all = findings.RootElement.EnumerateArray()
                .Select(one => (Id: Text(one, "id"), Severity: Text(one, "severity"), Finding: Text(one, "finding"))).ToList();

            all.Should().Contain(one => one.Id == "TLS1_3" && one.Severity == "OK", "it has spoken with the server");
            all.Where(one => one.Id is "SSLv2" or "SSLv3" or "TLS1" or "TLS1_1").Should().HaveCount(4)
                .And.OnlyContain(one => one.Finding.StartsWith("not offered", StringComparison.Ordinal));
            if (isWhole)
                all.Should().Contain(one => one.Id == "heartbleed" && one.Severity == "OK", "it has gone through the weaknesses");
            all.Where(one => one.Severity is not ("OK" or "INFO" or "DEBUG") && !Accepted.Contains(one.Id, StringComparer.Ordinal)).Should().BeEmpty();
        }
        finally
        {
            File.Delete(report);
        }
    }

    private static string Text(JsonElement finding, string name) => finding.GetProperty(name).GetString() ?? "";
}
