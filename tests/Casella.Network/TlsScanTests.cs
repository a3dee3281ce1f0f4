using System.Text.Json;
using Casella.Network.Machines;

namespace Casella.Network;

/// <summary>A22, by the eyes of a stranger: Debian's testssl.sh looks at every port that has TLS, and finds nothing to blame.</summary>
public sealed class TlsScanTests(Internet internet)
{
    /// <summary>
    /// Versions, ciphers, forward secrecy and each weakness that has a name. The certificate is not asked: here it is of an authority that
    /// nobody knows.
    /// </summary>
    private static readonly string[] Questions = ["--protocols", "--std", "--pfs", "--vulnerable"];

    /// <summary>It has no word for our STARTTLS of ManageSieve; all ports share one TLS.</summary>
    [Theory]
    [InlineData(25, "smtp")]
    [InlineData(587, "smtp")]
    [InlineData(465, null)]
    [InlineData(143, "imap")]
    [InlineData(993, null)]
    [InlineData(995, null)]
    public async Task A_scanner_finds_nothing_to_blame(int port, string? startTls)
    {
        var report = Path.Join(Path.GetTempPath(), $"casella-tls-{Guid.NewGuid():N}.json");
        try
        {
            string[] how = startTls is null ? [] : ["--starttls", startTls];
            await Tool.TryAsync(internet.Beta.Place.Command(
                "testssl", [.. Questions, .. how, "--quiet", "--warnings", "off", "--color", "0", "--nodns", "none", "--jsonfile", report, $"{internet.Beta.Place.Address}:{port}"]));
            using var findings = JsonDocument.Parse(await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken));
            var all = findings.RootElement.EnumerateArray()
                .Select(one => (Id: Text(one, "id"), Severity: Text(one, "severity"), Finding: Text(one, "finding"))).ToList();

            all.Should().Contain(one => one.Id == "TLS1_3" && one.Severity == "OK", "it has spoken with the server");
            all.Should().Contain(one => one.Id == "TLS1" && one.Finding.StartsWith("not offered", StringComparison.Ordinal));
            all.Should().Contain(one => one.Id == "heartbleed" && one.Severity == "OK", "it has gone through the weaknesses");
            all.Where(one => one.Severity is not ("OK" or "INFO" or "DEBUG")).Should().BeEmpty();
        }
        finally
        {
            File.Delete(report);
        }
    }

    private static string Text(JsonElement finding, string name) => finding.GetProperty(name).GetString() ?? "";
}
