using System.Runtime.InteropServices;
using AwesomeAssertions;
using Casella.Journeys.Server;
using Casella.Transcripts;

namespace Casella.Journeys;

/// <summary>
/// J11: the package is installed, runs as the unit says, takes mail, is upgraded, removed and purged, and mail stays. In this
/// machine's own Debian, above which everything lies that is written; packaging/deb/test.sh does the same in a new one.
/// </summary>
public sealed class J11ThePackage
{
    [Fact]
    public async Task The_package_comes_works_and_goes_and_mail_stays()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root installs packages");
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze") && File.Exists("/usr/sbin/adduser"), "systemd or adduser is not installed (apt-get install systemd adduser)");
        var packaging = Path.Join(RepositoryFolder.Path, "packaging/deb");
        using var folder = new TestFolder();
        var above = await ProgramRun.OfAsync("unshare", ["--mount", "--net", "sh", "-c", $"mount -t tmpfs tmpfs '{folder.Path}' && cd '{folder.Path}' && mkdir above work root && mount -t overlay overlay -o lowerdir=/,upperdir=above,workdir=work root && ls 'root{RuntimeEnvironment.GetRuntimeDirectory()}'"]);
        Assert.SkipUnless(above.ExitCode == 0, $"this machine mounts nothing above its own system, or .NET is not in it: {above.Errors.Trim()}");

        var program = Path.Join(RepositoryFolder.Path, "src/Casella.Server/bin", Configuration(), "net10.0");
        var built = (await ProgramRun.OfAsync(Path.Join(packaging, "build.sh"), [folder.Path, program])).Succeeded();
        var tried = (await ProgramRun.OfAsync(Path.Join(packaging, "test.sh"), [built.Output.Trim(), "--here"])).Succeeded();

        tried.Output.Should().EndWith("is removed and purged; mail and backups stay.\n");
    }

    /// <summary>That with which these tests were built: "…/bin/Release/net10.0/".</summary>
    private static string Configuration() => Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/'))!);
}
