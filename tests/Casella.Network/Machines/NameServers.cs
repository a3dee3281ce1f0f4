using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Casella.Network.Machines;

/// <summary>
/// The world's DNS by bind9: one server with the zones test (signed), lan (not signed), bogus (signed by keys that nobody
/// expects) and the reverse ones; and on each mail machine a resolver that checks signatures, at 127.0.0.1.
/// </summary>
internal sealed class NameServers(string folder, Place place) : IDisposable
{
    private static readonly string[] Unsigned = ["lan", "100.51.198.in-addr.arpa", "8.b.d.0.1.0.0.2.ip6.arpa"];

    private readonly List<Process> _running = [];
    private string _anchors = "";

    /// <summary>Signs and serves.</summary>
    /// <param name="records">"name. TYPE value" by zone.</param>
    public async Task StartAsync(ILookup<string, string> records)
    {
        Directory.CreateDirectory(folder);
        var zones = new StringBuilder();
        foreach (var zone in Unsigned.Concat(["test", "bogus"]))
        {
            var file = Path.Join(folder, $"{zone}.zone");
            await File.WriteAllTextAsync(
                file, $"$TTL 5\n@ SOA ns.{zone}. root.{zone}. 1 3600 600 86400 5\n@ NS ns.{zone}.\nns.{zone}. A {place.Address}\n{string.Join('\n', records[zone])}\n");
            if (!Unsigned.Contains(zone, StringComparer.Ordinal))
                file = await SignAsync(zone, file);
            zones.Append(CultureInfo.InvariantCulture, $"zone \"{zone}\" {{ type primary; file \"{file}\"; }};\n");
        }

        await RunAsync(place, "world", $"listen-on {{ {place.Address}; }}; recursion no; dnssec-validation no;", zones.ToString());
    }

    public Task ResolveAsync(Place machine) => RunAsync(
        machine, $"resolver-{machine.Number}", "listen-on { 127.0.0.1; }; recursion yes; dnssec-validation yes; max-ncache-ttl 5; resolver-query-timeout 3000;",
        $"trust-anchors {{ {_anchors} }};\n" + string.Concat(Unsigned.Concat(["test", "bogus"]).Select(zone =>
            $"zone \"{zone}\" {{ type static-stub; server-addresses {{ {place.Address}; }}; }};\n")));

    public void Dispose()
    {
        foreach (var process in _running)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }

    private async Task<string> SignAsync(string zone, string file)
    {
        var keys = Directory.CreateDirectory(Path.Join(folder, $"keys-{zone}")).FullName;
        await Tool.RunAsync("dnssec-keygen", "-q", "-K", keys, "-a", "ECDSAP256SHA256", zone);
        var anchor = await KeyAsync(keys, zone);
        // Whoever resolves expects another key than the one that has signed.
        _anchors += zone is "bogus" ? Anchor(zone, await KeyAsync(Directory.CreateDirectory(Path.Join(folder, "keys-other")).FullName, zone)) : Anchor(zone, anchor);
        await Tool.RunAsync("dnssec-signzone", "-S", "-K", keys, "-o", zone, "-f", $"{file}.signed", file);
        return $"{file}.signed";
    }

    private static async Task<string> KeyAsync(string keys, string zone)
    {
        var name = (await Tool.RunAsync("dnssec-keygen", "-q", "-K", keys, "-a", "ECDSAP256SHA256", "-f", "KSK", zone)).Trim();
        return (await File.ReadAllLinesAsync(Path.Join(keys, $"{name}.key"))).Single(line => line.Contains(" DNSKEY ", StringComparison.Ordinal));
    }

    /// <summary>"test. IN DNSKEY 257 3 13 AbC…" as an anchor.</summary>
    private static string Anchor(string zone, string line)
    {
        var words = line.Split(" DNSKEY ")[1].Split(' ', 4);
        return $"{zone}. static-key {words[0]} {words[1]} {words[2]} \"{words[3].Replace(" ", "", StringComparison.Ordinal)}\"; ";
    }

    private async Task RunAsync(Place machine, string name, string options, string rest)
    {
        var (configuration, log) = (Path.Join(folder, $"{name}.conf"), Path.Join(folder, $"{name}.log"));
        await File.WriteAllTextAsync(
            configuration,
            $"options {{ directory \"{folder}\"; pid-file none; session-keyfile none; listen-on-v6 {{ none; }}; allow-query {{ any; }}; empty-zones-enable no; {options} }};\n"
            + $"controls {{ }};\n{rest}");
        var process = Tool.Start(log, new Dictionary<string, string>(StringComparer.Ordinal), machine.Command("named", "-g", "-n", "1", "-c", configuration));
        _running.Add(process);
        await Tool.SaysAsync(log, "running", process);
    }
}
