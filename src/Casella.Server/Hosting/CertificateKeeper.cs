using System.Security.Cryptography;
using Casella.Net.Tls;
using Casella.Server.Options;

namespace Casella.Server.Hosting;

/// <summary>
/// The server's certificate: the configured one, or one of the local authority's. Looks every hour whether its files
/// have changed (an ACME client has renewed it) or the local one nears its end, so that nobody has to restart the
/// server for it; running sessions keep theirs.
/// </summary>
internal sealed class CertificateKeeper : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly LocalAuthority? _authority;
    private readonly string[] _names;
    private readonly string _certificateFile;
    private readonly string _keyFile;
    private readonly TimeProvider _time;
    private readonly ILogger<CertificateKeeper> _log;
    private DateTime _writtenAt;

    public CertificateKeeper(CasellaOptions options, DataFolder folder, TimeProvider time, ILogger<CertificateKeeper> log)
    {
        (_time, _log) = (time, log);
        _names = [.. new[] { options.HostName, "localhost", "127.0.0.1" }.Distinct(StringComparer.OrdinalIgnoreCase)];
        _authority = options.Tls.Certificate.Length == 0 ? new LocalAuthority(folder.Tls, time) : null;
        (_certificateFile, _keyFile) = _authority is null
            ? (options.Tls.Certificate, options.Tls.Key)
            : (_authority.ServerFile, _authority.ServerKeyFile);
        Current = _authority?.GetServerCertificate(_names) ?? ServerCertificate.Load(_certificateFile, _keyFile);
        if (options.Tls.ClientCertificates.Length > 0)
            Current.AskClients(ClientTrust.Load(options.Tls.ClientCertificates));
        _writtenAt = WrittenAt();
    }

    public ServerCertificate Current { get; }

    /// <summary>What clients may trust when the certificate is the local authority's; else null.</summary>
    public string? AuthorityFile => _authority?.AuthorityFile;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            Refresh();
    }

    private void Refresh()
    {
        try
        {
            _authority?.GetServerCertificate(_names);
            if (WrittenAt() == _writtenAt)
                return;
            Current.Replace(_certificateFile, _keyFile);
            _writtenAt = WrittenAt();
            Log.CertificateReplaced(_log, _certificateFile, Current.Certificate.NotAfter);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Half-written by whoever renews it, or gone: the old one serves on, and in an hour we look again.
            Log.CertificateUnusable(_log, _certificateFile, unusable);
        }
    }

    private DateTime WrittenAt() => File.GetLastWriteTimeUtc(_certificateFile);
}
