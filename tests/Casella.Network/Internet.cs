using System.Security.Cryptography;
using Casella.Network.Machines;
using Casella.Server.Administration;

[assembly: AssemblyFixture(typeof(Casella.Network.Internet))]

namespace Casella.Network;

/// <summary>
/// A small internet in network namespaces: two Casellas (mx.alpha.test, mx.beta.test), Debian's Postfix (mx.gamma.test), a machine of
/// strangers and odd servers, and DNS that is signed and checked. Needs root; made once for all tables.
/// </summary>
public sealed class Internet : IAsyncLifetime
{
    private readonly string _folder = $"/tmp/casella-net-{Guid.NewGuid().ToString("N")[..8]}";
    private readonly TestAuthority _authority = new();
    private readonly List<(string Zone, string Record)> _records = [];
    private NameServers? _names;

    /// <summary>The one that sends.</summary>
    internal CasellaMachine Alpha { get; private set; } = null!;

    /// <summary>The one that receives, and greylists nobody.</summary>
    internal CasellaMachine Beta { get; private set; } = null!;

    internal PostfixMachine Gamma { get; private set; } = null!;

    /// <summary>Strangers and odd servers.</summary>
    internal Place Wild { get; private set; } = null!;

    internal OddServers Odd { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Environment.UserName is "root", "Network namespaces need root: sudo ./test.sh Network");
        try
        {
            await BuildAsync();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private async Task BuildAsync()
    {
        Directory.CreateDirectory(_folder);
        await Place.LayWireAsync();
        _names = new NameServers(Path.Join(_folder, "dns"), await Place.MakeAsync("dns", 53));
        var (alpha, beta, gamma) = (await Place.MakeAsync("alpha", 10), await Place.MakeAsync("beta", 20), await Place.MakeAsync("gamma", 30));
        Wild = await Place.MakeAsync("wild", 60, OddServers.Plain, OddServers.Expired, OddServers.Unknown, OddServers.Broken, OddServers.Good, 66, 67, 68, OddServers.Policies);
        Odd = new OddServers(Wild, _authority);
        Odd.Start();
        Alpha = new CasellaMachine(Path.Join(_folder, "alpha"), alpha, "mx.alpha.test");
        Beta = new CasellaMachine(Path.Join(_folder, "beta"), beta, "mx.beta.test");
        Gamma = new PostfixMachine(Path.Join(_folder, "gamma"), gamma, "mx.gamma.test");
        await Task.WhenAll(
            Alpha.StartAsync(_authority, [], new Dictionary<string, string>(StringComparer.Ordinal) { ["Inbound__Greylist__Delay"] = "1s" }),
            Beta.StartAsync(_authority, ["mx.dane-ta.test", "mx.sts-good.test", "mx.sts-wild.test", "mta-sts.beta.test"], new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Inbound__Greylist__Scope"] = "Off",
                ["Inbound__BlockLists"] = "bl.test",
                ["Inbound__TrustedSealers"] = "alpha.test",
            }));
        await Alpha.AddMailboxAsync("anna@alpha.test");
        await Beta.AddMailboxAsync("info@beta.test");
        await AddWorldAsync();
        foreach (var one in OutboundTable.Cases)
            await AddAsync(one);
        foreach (var one in SenderTable.Cases)
            await AddAsync(one);
        await _names.StartAsync(_records.ToLookup(record => record.Zone, record => record.Record, StringComparer.Ordinal));
        foreach (var place in new[] { alpha, beta, gamma })
            await _names.ResolveAsync(place);
        // Only in Postfix's own view of the file system.
        Directory.CreateDirectory("/etc/netns/cx-gamma");
        await File.WriteAllTextAsync("/etc/netns/cx-gamma/resolv.conf", "nameserver 127.0.0.1\noptions trust-ad edns0\n");
        await Gamma.StartAsync(_authority, "gamma.test gamma-dane.test gamma-bad.test gamma-sts.test", "mx.gamma-sts.test");
    }

    public async ValueTask DisposeAsync()
    {
        if (!Directory.Exists(_folder))
            return;
        foreach (var machine in new IAsyncDisposable?[] { Gamma, Alpha, Beta })
            if (machine is not null)
                await machine.DisposeAsync();
        _names?.Dispose();
        await Place.RemoveAllAsync();
        if (Directory.Exists("/etc/netns/cx-gamma"))
            Directory.Delete("/etc/netns/cx-gamma", recursive: true);
        // What went wrong is read in the logs.
        if (Environment.GetEnvironmentVariable("KEEP_NETWORK") is null)
            Directory.Delete(_folder, recursive: true);
    }

    private async Task AddWorldAsync()
    {
        Add(SenderTable.World);
        await AddKeysAsync(Alpha, "alpha.test", DkimKeys.All);
        await AddKeysAsync(Beta, "beta.test", DkimKeys.All);
    }

    private async Task AddAsync(OutboundCase one)
    {
        var domain = $"{one.Name}.{one.Zone}";
        if (one.IsAtBeta)
            await Beta.AddDomainAsync($"u@{domain}");
        Add(Filled(one.Records, domain));
        if (one.Policy is { } policy)
        {
            Odd.Texts[domain] = policy;
            Add($"mta-sts.{domain}. A {Place.AddressOf(OddServers.Policies)}\n_mta-sts.{domain}. TXT \"v=STSv1; id=1;\"");
        }

        if (one.IsPolicyUntrusted)
            Odd.Untrusted[domain] = true;
    }

    private async Task AddAsync(SenderCase one)
    {
        var domain = $"{one.Name}.test";
        await Alpha.AddDomainAsync($"anna@{domain}");
        Add($"{domain}. MX 10 mx.alpha.test.\n{Filled(one.Records, domain)}");
        await AddKeysAsync(Alpha, domain, one.Keys);
    }

    private async Task AddKeysAsync(CasellaMachine machine, string domain, DkimKeys which)
    {
        foreach (var key in await machine.AskAsync(new ListDkimKeys(domain)))
        {
            var isRsa = key.Record.Contains("k=rsa", StringComparison.Ordinal);
            var record = which switch
            {
                DkimKeys.None => null,
                DkimKeys.RsaOnly when !isRsa => null,
                DkimKeys.EdOnly when isRsa => null,
                DkimKeys.Revoked => "v=DKIM1; p=",
                DkimKeys.Wrong when isRsa => $"v=DKIM1; k=rsa; p={Convert.ToBase64String(RSA.Create(2048).ExportSubjectPublicKeyInfo())}",
                DkimKeys.Wrong => $"v=DKIM1; k=ed25519; p={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}",
                DkimKeys.Rubbish => "v=DKIM1; k=rsa; p=AQID",
                _ => key.Record,
            };
            if (record is not null)
                Add($"{key.Name}. TXT {string.Join(' ', record.Chunk(200).Select(piece => $"\"{new string(piece)}\""))}");
        }
    }

    private void Add(string records)
    {
        foreach (var line in records.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var name = line.Split(' ')[0].TrimEnd('.');
            var zone = new[] { "100.51.198.in-addr.arpa", "8.b.d.0.1.0.0.2.ip6.arpa" }.FirstOrDefault(reverse => name.EndsWith(reverse, StringComparison.Ordinal))
                ?? name[(name.LastIndexOf('.') + 1)..];
            _records.Add((zone, line));
        }
    }

    /// <summary>Names, addresses and digests put in.</summary>
    private string Filled(string records, string domain)
    {
        var text = records.Replace("{d}", domain, StringComparison.Ordinal)
            .Replace("{beta}", Beta.Place.Address.ToString(), StringComparison.Ordinal);
        foreach (var number in new[] { OddServers.Plain, OddServers.Expired, OddServers.Unknown, OddServers.Broken, OddServers.Good })
            text = text.Replace($"{{{number}}}", Place.AddressOf(number).ToString(), StringComparison.Ordinal);
        foreach (var (mark, certificate) in new[] { ("b", Beta.Certificate), ("a", Alpha.Certificate), ("ca", _authority.Authority) })
            text = text
                .Replace($"{{{mark}-key}}", Digest(certificate.PublicKey.ExportSubjectPublicKeyInfo()), StringComparison.Ordinal)
                .Replace($"{{{mark}-key512}}", Convert.ToHexString(SHA512.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo())), StringComparison.Ordinal)
                .Replace($"{{{mark}-whole}}", Convert.ToHexString(certificate.RawData), StringComparison.Ordinal)
                .Replace($"{{{mark}}}", Digest(certificate.RawData), StringComparison.Ordinal);
        return text.Replace("{other}", Digest("another"u8.ToArray()), StringComparison.Ordinal);
    }

    private static string Digest(byte[] content) => Convert.ToHexString(SHA256.HashData(content));
}

/// <summary>What DNS says of a domain's keys.</summary>
internal enum DkimKeys { All, None, RsaOnly, EdOnly, Wrong, Revoked, Rubbish }
