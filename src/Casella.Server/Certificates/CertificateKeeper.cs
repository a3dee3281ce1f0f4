using System.Security.Cryptography;
using Casella.Net.Tls;
using Casella.Server.Hosting;
using Casella.Server.Options;

namespace Casella.Server.Certificates;

/// <summary>
/// The certificates that the server shows: the configured one, the authority's, or one of the local authority's; and
/// those of its other names. Looks every minute whether files have changed (somebody has renewed them) or the local one
/// nears its end, so that nobody has to restart the server for it; running sessions keep theirs.
/// </summary>
internal sealed class CertificateKeeper : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly TlsOptions _options;
    private readonly LocalAuthority _local;
    private readonly string[] _names;
    private readonly TimeProvider _time;
    private readonly ILogger<CertificateKeeper> _log;
    private readonly Lock _refreshing = new();
    private IReadOnlyList<WatchedFiles> _watched;

    public CertificateKeeper(CasellaOptions options, DataFolder folder, TimeProvider time, ILogger<CertificateKeeper> log)
    {
        (_options, _time, _log) = (options.Tls, time, log);
        _names = [.. new[] { options.HostName, "localhost", "127.0.0.1" }.Distinct(StringComparer.OrdinalIgnoreCase)];
        _local = new LocalAuthority(folder.Tls, time);
        Folder = new AcmeFolder(folder.Tls);
        _watched = Watched();
        Current = ServerCertificate.Load(_watched[0].Certificate, _watched[0].Key);
        if (_options.ClientCertificates.Length > 0)
            Current.AskClients(ClientTrust.Load(_options.ClientCertificates));
        ShowOthers();
    }

    public ServerCertificate Current { get; }

    /// <summary>What an authority has given.</summary>
    public AcmeFolder Folder { get; }

    /// <summary>What clients may trust when the certificate is the local authority's; else null.</summary>
    public string? AuthorityFile => IsLocal ? _local.AuthorityFile : null;

    /// <summary>Of certificates that cannot be used since they have changed: what is wrong with them.</summary>
    public string? Problem { get; private set; }

    private bool IsLocal => _options.Certificate.Length == 0 && !HasOrdered;
    private bool HasOrdered => _options.Acme.IsOn && File.Exists(Folder.CertificateFile(WantedCertificates.Server));

    /// <summary>New connections are shown what the files have now.</summary>
    public void Refresh()
    {
        lock (_refreshing)
        {
            var file = _watched[0].Certificate;
            try
            {
                var watched = Watched();
                if (watched.SequenceEqual(_watched))
                    return;
                file = watched[0].Certificate;
                Current.Replace(watched[0].Certificate, watched[0].Key);
                Log.CertificateReplaced(_log, file, Current.Certificate.NotAfter);
                _watched = watched;
                Problem = null;
                ShowOthers();
            }
            catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException)
            {
                // Half-written by whoever renews it, or gone: the old one serves on, and in a minute we look again.
                if (!string.Equals(Problem, unusable.Message, StringComparison.Ordinal))
                    Log.CertificateUnusable(_log, file, unusable);
                Problem = unusable.Message;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            Refresh();
    }

    /// <summary>The server's own pair first.</summary>
    private IReadOnlyList<WatchedFiles> Watched()
    {
        var own = _options.Certificate.Length > 0 ? new WatchedFiles(_options.Certificate, _options.Key)
            : HasOrdered ? Ordered(WantedCertificates.Server)
            : Local();
        var ordered = _options.Acme.IsOn ? Folder.Certificates().Where(name => name is not WantedCertificates.Server).Select(Ordered) : [];
        var given = _options.Others.Length > 0 && Directory.Exists(_options.Others)
            ? Directory.EnumerateFiles(_options.Others, "*.pem").Order(StringComparer.Ordinal).Select(file => new WatchedFiles(file, Path.ChangeExtension(file, ".key")))
            : [];
        return [own, .. given, .. ordered];
    }

    private WatchedFiles Ordered(string certificate) => new(Folder.CertificateFile(certificate), Folder.KeyFile(certificate));

    private WatchedFiles Local()
    {
        _local.RenewServerCertificate(_names);
        return new WatchedFiles(_local.ServerFile, _local.ServerKeyFile);
    }

    /// <summary>One by one: a pair that is broken takes no other name its certificate.</summary>
    private void ShowOthers()
    {
        var usable = new List<(string, string)>();
        foreach (var pair in _watched.Skip(1))
            try
            {
                _ = ServerCertificate.Load(pair.Certificate, pair.Key);
                usable.Add((pair.Certificate, pair.Key));
            }
            catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException)
            {
                Log.CertificateUnusable(_log, pair.Certificate, unusable);
            }

        Current.ShowOthers(usable);
    }
}

/// <summary>A pair of files as they were when they were looked at.</summary>
internal sealed record WatchedFiles(string Certificate, string Key)
{
    public DateTime CertificateWrittenAt { get; } = WrittenAt(Certificate);
    public DateTime KeyWrittenAt { get; } = WrittenAt(Key);

    /// <summary>Behind links: certbot's names stay, and what they lead to changes.</summary>
    private static DateTime WrittenAt(string file) =>
        File.GetLastWriteTimeUtc(File.Exists(file) ? File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file : file);
}
