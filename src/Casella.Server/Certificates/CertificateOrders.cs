using System.Security.Cryptography.X509Certificates;
using Casella.Net.Acme;

namespace Casella.Server.Certificates;

/// <summary>
/// Has certificates made and renews them in the last third of their life, one after the other; a failure is tried again
/// after a while that grows. Runs beside the service, and for casella certificate.
/// </summary>
internal sealed class CertificateOrders(
    WantedCertificates wanted, AcmeAuthority authority, CertificateKeeper keeper, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<CertificateOrders> log)
    : BackgroundService
{
    /// <summary>Half of what it costs to be late at the end of a short certificate's life.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(30);
    private const double LastPart = 1.0 / 3;

    private readonly SemaphoreSlim _one = new(1);
    private readonly AcmeFolder _folder = keeper.Folder;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The authority comes to our ports: they must be open.
        var started = new TaskCompletionSource();
        await using (lifetime.ApplicationStarted.Register(() => started.TrySetResult()))
            await started.Task.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, time);
        do
            await LookAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Orders all of them now, whatever is due.</summary>
    /// <param name="tell">Takes a line about each: what was made, or what hinders it.</param>
    public async Task RenewAsync(Action<string> tell, CancellationToken cancellationToken)
    {
        foreach (var certificate in await wanted.ListAsync(cancellationToken))
        {
            var problem = await OrderAsync(certificate, cancellationToken);
            tell($"{certificate.Certificate}: {problem ?? $"made for {string.Join(", ", certificate.Names)}"}");
        }
    }

    /// <summary>The account goes to a new key.</summary>
    /// <exception cref="AcmeException"/>
    public async Task ChangeKeyAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await authority.ChangeKeyAsync(cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var certificates = await wanted.ListAsync(cancellationToken);
            foreach (var certificate in certificates)
            {
                if (IsDue(certificate, _folder.Find(certificate.Certificate), time.GetUtcNow()) && !(_folder.State(certificate.Certificate).NextTry > time.GetUtcNow()))
                    await OrderAsync(certificate, cancellationToken);
            }

            RemoveOld([.. certificates.Select(certificate => certificate.Certificate)]);
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            // Whatever it is: the mail goes on, and in half an hour we look again.
            Log.CertificateOrdersFailed(log, failed);
        }
    }

    /// <summary>Of domains that have gone, or whose names lead elsewhere now, once they have ended.</summary>
    private void RemoveOld(HashSet<string> stillWanted)
    {
        foreach (var name in _folder.Certificates().Where(name => !stillWanted.Contains(name)))
        {
            using var there = _folder.Find(name);
            if (there is null || there.NotAfter.ToUniversalTime() > time.GetUtcNow().UtcDateTime)
                continue;
            _folder.Remove(name);
            keeper.Refresh();
        }
    }

    /// <summary>Missing, for other names, or in the last third of its life.</summary>
    internal static bool IsDue(WantedCertificate certificate, X509Certificate2? there, DateTimeOffset now)
    {
        if (there is null)
            return true;
        var names = there.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames());
        if (certificate.Names.Except(names, StringComparer.OrdinalIgnoreCase).Any())
            return true;
        var (from, until) = (there.NotBefore.ToUniversalTime(), there.NotAfter.ToUniversalTime());
        return until - now.UtcDateTime < (until - from) * LastPart;
    }

    /// <returns>What went wrong, or null.</returns>
    private async Task<string?> OrderAsync(WantedCertificate certificate, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            _folder.Keep(certificate.Certificate, await authority.OrderAsync(certificate.Names, cancellationToken));
            _folder.KeepState(certificate.Certificate, OrderState.New);
            keeper.Refresh();
            Log.CertificateMade(log, string.Join(", ", certificate.Names), authority.Directory);
            return null;
        }
        catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
        {
            // Also what is no JSON of ours or a key file that somebody has spoilt: an authority may answer anything.
            var state = _folder.State(certificate.Certificate).Failed(failed.Message, (failed as AcmeException)?.RetryAfter, time.GetUtcNow());
            _folder.KeepState(certificate.Certificate, state);
            Log.CertificateNotMade(log, string.Join(", ", certificate.Names), state.Failures, state.NextTry!.Value, failed.Message);
            return failed.Message;
        }
        finally
        {
            _one.Release();
        }
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }
}
