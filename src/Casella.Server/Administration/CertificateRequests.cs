using System.Security.Cryptography.X509Certificates;
using Casella.Net.Acme;
using Casella.Server.Certificates;
using Casella.Server.Hosting;
using Casella.Server.Options;

namespace Casella.Server.Administration;

/// <summary>What the server shows, or would show.</summary>
internal sealed record ListCertificates : AdminRequest<IReadOnlyList<CertificateView>>
{
    protected override Task<IReadOnlyList<CertificateView>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var options = context.Services.GetRequiredService<CasellaOptions>().Tls;
        var tls = context.Services.GetRequiredService<DataFolder>().Tls;
        var acme = new AcmeFolder(tls);
        var views = new List<CertificateView>();
        if (options.Certificate.Length > 0)
            Add(views, options.Certificate, "file", OrderState.New);
        if (options.Acme.IsOn)
            foreach (var name in acme.Certificates().Append(WantedCertificates.Server).Distinct(StringComparer.Ordinal))
                Add(views, acme.CertificateFile(name), new Uri(options.Acme.Directory).Host, acme.State(name));
        else if (options.Certificate.Length == 0)
            Add(views, Path.Join(tls, "server.pem"), "casella", OrderState.New);
        if (options.Others.Length > 0 && Directory.Exists(options.Others))
            foreach (var file in Directory.EnumerateFiles(options.Others, "*.pem").Order(StringComparer.Ordinal))
                Add(views, file, "file", OrderState.New);
        return Task.FromResult<IReadOnlyList<CertificateView>>(views);
    }

    private static void Add(List<CertificateView> views, string file, string from, OrderState state)
    {
        using var certificate = File.Exists(file) ? X509CertificateLoader.LoadCertificateFromFile(file) : null;
        views.Add(new CertificateView(file, from, Names(certificate), Until(certificate), state.LastError, state.NextTry));
    }

    private static IReadOnlyList<string> Names(X509Certificate2? certificate) =>
        [.. certificate?.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames()) ?? []];

    private static DateTimeOffset? Until(X509Certificate2? certificate) => certificate is null ? null : new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
}

/// <summary>Has every certificate made anew, now.</summary>
internal sealed record RenewCertificates : AdminRequest<IReadOnlyList<CertificateView>>
{
    protected override async Task<IReadOnlyList<CertificateView>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await CertificateDoor.Orders(context).RenewAsync(context.Tell, cancellationToken);
        return (IReadOnlyList<CertificateView>)await new ListCertificates().ExecuteAsync(context, cancellationToken);
    }
}

/// <summary>The account at the authority gets a new key, for example after a backup went into wrong hands.</summary>
internal sealed record ChangeCertificateAccountKey : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        try
        {
            await CertificateDoor.Orders(context).ChangeKeyAsync(cancellationToken);
            return new Done();
        }
        catch (Exception failed) when (failed is AcmeException or HttpRequestException)
        {
            throw new CommandException("Authority", failed.Message);
        }
    }
}

internal static class CertificateDoor
{
    public static CertificateOrders Orders(AdminContext context) =>
        !context.Services.GetRequiredService<CasellaOptions>().Tls.Acme.IsOn
            ? throw new CommandException("NoAuthority", "No certificate authority is set: see Tls:Acme:Directory in casella config describe.")
            : context.Services.GetService<CertificateOrders>()
                ?? throw new CommandException("NotRunning", "The authority must find a server at our names: start it first.");
}

/// <param name="From">"file", "casella" (its own authority) or the host of the authority.</param>
/// <param name="Until">Null while there is none.</param>
/// <param name="LastError">Of the last order, when it failed.</param>
internal sealed record CertificateView(string File, string From, IReadOnlyList<string> Names, DateTimeOffset? Until, string? LastError, DateTimeOffset? NextTry);
