using System.Net;
using System.Security.Cryptography;
using Casella.Core.Queue;
using Casella.Core.Reporting;
using Casella.Formats.Reports.Aggregates;
using Casella.Net.Dns;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Smtp.Outbound;

/// <summary>
/// Hands messages to other servers by SMTP: to the domain's exchangers (RFC 5321 §5) or to the smart host, one after
/// the other until one answers. Called by the queue.
/// </summary>
public sealed class OutboundTransport(
    OutboundOptions options, SmtpIdentity identity, IDnsResolver dns, TlsTools tls, TimeProvider time) : IOutboundTransport, IAsyncDisposable
{
    /// <summary>Addresses that are tried in one attempt.</summary>
    private const int MaxAddresses = 10;

    private readonly RestingServers _resting = new(time);

    public async Task<IReadOnlyList<RecipientFate>> SendAsync(OutboundMail mail, CancellationToken cancellationToken)
    {
        try
        {
            // What was found out about the domain a moment ago, and asked of the server, holds.
            return await _resting.TakeAsync(mail, cancellationToken) is { } open
                ? await HandOverAsync(mail, open, cancellationToken)
                : await SendToAnyAsync(mail, cancellationToken);
        }
        catch (NoRouteException nowhere)
        {
            return All(mail, new RecipientFate(FateKind.Failed, nowhere.Status, nowhere.Message, null));
        }
        catch (DnsTemporaryException silent)
        {
            return All(mail, new RecipientFate(FateKind.Deferred, "4.4.3", silent.Message, null));
        }
        catch (RemoteFailureException failed)
        {
            return All(mail, new RecipientFate(failed.Status[0] == '5' ? FateKind.Failed : FateKind.Deferred, failed.Status, failed.Message, null));
        }
    }

    private async Task<IReadOnlyList<RecipientFate>> SendToAnyAsync(OutboundMail mail, CancellationToken cancellationToken)
    {
        RemoteFailureException? last = null;
        var tried = 0;
        var policy = await tls.Demands.PolicyAsync(mail, cancellationToken);
        tls.Sessions.NoteFault(mail, policy);
        foreach (var host in await HostsAsync(mail.Domain, cancellationToken))
        {
            var addresses = await AddressesAsync(host.Host, cancellationToken);
            for (var i = 0; i < addresses.Count && ++tried <= MaxAddresses; i++)
            {
                var session = tls.Sessions.Begin(mail, policy, host.Host, addresses[i]);
                try
                {
                    var demand = session.Demand = await tls.Demands.DecideAsync(mail, host, addresses, policy.Policy, cancellationToken);
                    return await SendToAsync(mail, new RemotePlace(host.Host, new IPEndPoint(addresses[i], options.Port), demand, session), cancellationToken);
                }
                catch (RemoteFailureException failed)
                {
                    session.Fail(failed);
                    last = failed;
                }
                finally
                {
                    tls.Sessions.End(session);
                }
            }
        }

        throw last ?? new RemoteFailureException("4.4.4", $"No server of {mail.Domain} has an address");
    }

    private async Task<IReadOnlyList<RecipientFate>> SendToAsync(OutboundMail mail, RemotePlace place, CancellationToken cancellationToken)
    {
        var server = await GreetAsync(mail.Domain, place, cancellationToken);
        try
        {
            place.Session.IsReady = true;
            CheckServer(mail, place, server);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return await HandOverAsync(mail, new OpenServer(server, place.Host, WireOf(server, place.Demand.Assurance), Messages: 0), cancellationToken);
    }

    private async Task<IReadOnlyList<RecipientFate>> HandOverAsync(OutboundMail mail, OpenServer open, CancellationToken cancellationToken)
    {
        IReadOnlyList<RecipientFate> fates;
        try
        {
            fates = await open.Server.SendAsync(mail, open.Host, cancellationToken);
        }
        catch
        {
            await open.Server.DisposeAsync();
            throw;
        }

        await _resting.ReturnAsync(mail, open with { Messages = open.Messages + 1 });
        return [.. fates.Select(fate => fate with { Wire = open.Wire })];
    }

    private void CheckServer(OutboundMail mail, RemotePlace place, RemoteServer server)
    {
        // Whatever DNS says, this is us, and we do not know the domain: it would go round for ever (RFC 5321 §5.1).
        if (string.Equals(server.Name, identity.HostName, StringComparison.OrdinalIgnoreCase))
            throw new NoRouteException("5.4.6", $"Mail for {mail.Domain} leads back to this server, which does not know the domain");
        // RFC 8689 §4.2.1.
        if (place.Demand.MustPromise && !server.PromisesTls)
            throw new RemoteFailureException("5.7.10", $"The message must go a sure way (REQUIRETLS), and {place.Host} does not promise one");
    }

    public ValueTask DisposeAsync() => _resting.DisposeAsync();

    private static WireSecurity WireOf(RemoteServer server, TlsAssurance assurance) => (server.IsSecure, assurance) switch
    {
        (false, _) => WireSecurity.ClearText,
        (_, TlsAssurance.Dane) => WireSecurity.Dane,
        (_, TlsAssurance.Certified) => WireSecurity.Certified,
        _ => WireSecurity.Encrypted,
    };

    /// <summary>
    /// Opportunistic TLS (RFC 7435): with a server that offers it and then cannot do it, in clear text. With a password,
    /// or where somebody has asked for more, never.
    /// </summary>
    private async Task<RemoteServer> GreetAsync(string domain, RemotePlace place, CancellationToken cancellationToken)
    {
        var isSignedIn = options.UserName.Length > 0;
        var demand = isSignedIn && place.Demand.Assurance is TlsAssurance.Opportunistic
            ? new TlsDemand(TlsAssurance.Certified, "the password", [])
            : place.Demand;
        var server = await RemoteServer.ConnectAsync(place.Address, options, identity.HostName, cancellationToken);
        place.Session.Hello = server.Name;
        try
        {
            if (server.OffersTls)
                await server.StartTlsAsync(tls.Certificates.Options(place.Host, demand, domain, place.Session), cancellationToken);
            else if (isSignedIn)
                throw new RemoteFailureException("4.7.0", "The smart host offers no TLS, so the password was not sent");
            else if (demand.IsStrict)
                throw new RemoteFailureException("4.7.5", $"{place.Host} offers no TLS, which {demand.Why} asks for") { TlsResult = TlsResultTypes.NoStartTls };
            else
                place.Session.Fail(TlsResultTypes.NoStartTls);
            if (demand.TriedFault is { } fault)
                place.Session.Fail(TlsResultTypes.Failed, fault);
            if (isSignedIn)
                await server.SignInAsync(options.UserName, await PasswordAsync(cancellationToken), cancellationToken);
            return server;
        }
        catch (RemoteFailureException failed)
        {
            await server.DisposeAsync();
            place.Session.Fail(failed);
            if (demand.IsStrict || !string.Equals(failed.Status, "4.7.5", StringComparison.Ordinal))
                throw;
        }

        return await RemoteServer.ConnectAsync(place.Address, options, identity.HostName, cancellationToken);
    }

    private async Task<string> PasswordAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await File.ReadAllLinesAsync(options.PasswordFile, cancellationToken)).FirstOrDefault() ?? "";
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new RemoteFailureException("4.3.5", $"The smart host's password cannot be read: {failed.Message}", failed);
        }
    }

    /// <summary>
    /// RFC 5321 §5.1: by preference, equals in random order; without MX the domain itself; never ourselves or one
    /// behind us.
    /// </summary>
    private async Task<IReadOnlyList<ExchangerName>> HostsAsync(string domain, CancellationToken cancellationToken)
    {
        if (options.SmartHost.Length > 0)
            return [new ExchangerName(options.SmartHost, IsAuthentic: false)];
        if (domain[0] == '[')
            return [new ExchangerName(domain, IsAuthentic: false)];
        var records = await dns.MxAsync(domain, cancellationToken);
        // An answer that there is none, not silence: a mistyped domain. Its sender should hear of it today, not in five
        // days.
        if (records.Count == 0 && (await dns.AddressesAsync(domain, cancellationToken)).Count == 0)
            throw new NoRouteException("5.1.2", $"There is no domain {domain} that takes mail");
        if (records.Count == 0)
            return [new ExchangerName(domain, records.IsAuthentic)];
        // RFC 7505 §3.
        if (records is [{ Host: "" or "." }])
            throw new NoRouteException("5.1.10", $"{domain} takes no mail");
        var ours = records.Where(record => string.Equals(record.Host, identity.HostName, StringComparison.OrdinalIgnoreCase))
            .Select(record => record.Preference).DefaultIfEmpty(int.MaxValue).Min();
        var before = records.Where(record => record.Preference < ours).ToList();
        if (before.Count == 0)
            throw new NoRouteException("5.4.6", $"Mail for {domain} leads back to this server, which does not know the domain");
        return [.. before.OrderBy(record => record.Preference).ThenBy(_ => RandomNumberGenerator.GetInt32(int.MaxValue))
            .Select(record => new ExchangerName(record.Host, records.IsAuthentic))];
    }

    private async Task<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancellationToken)
    {
        if (host[0] == '[')
            return Literal(IPAddress.Parse(host[1..^1].Replace("IPv6:", "", StringComparison.Ordinal)));
        return IPAddress.TryParse(host, out var literal) ? Literal(literal) : await dns.AddressesAsync(host, cancellationToken);
    }

    private static DnsAnswer<IPAddress> Literal(IPAddress address) => new([address], isAuthentic: false);

    private static IReadOnlyList<RecipientFate> All(OutboundMail mail, RecipientFate fate) => [.. mail.Recipients.Select(_ => fate)];

    private sealed record RemotePlace(string Host, IPEndPoint Address, TlsDemand Demand, TlsSession Session);

    /// <summary>There is no server to ask, and there will be none.</summary>
    private sealed class NoRouteException(string status, string message) : Exception(message)
    {
        public string Status { get; } = status;
    }
}

/// <summary>All that makes a connection sure, and says so.</summary>
public sealed record TlsTools(TlsDemands Demands, RemoteCertificates Certificates, TlsSessions Sessions);

public static class OutboundRegistration
{
    /// <summary>
    /// Registers the way out for the queue. Needs the network room's DNS and the SMTP room's identity.
    /// </summary>
    public static IServiceCollection AddCasellaOutbound(this IServiceCollection services, OutboundOptions options) => services
        .AddSingleton(options)
        .AddSingleton<RemoteCertificates>()
        .AddSingleton<StsPolicyFetch>()
        .AddSingleton<ReportPosting>()
        .AddSingleton<StsPolicies>()
        .AddSingleton<TlsDemands>()
        .AddSingleton<TlsSessions>()
        .AddSingleton<TlsTools>()
        .AddSingleton<IReportDestinations, ReportDestinations>()
        .AddSingleton<IOutboundTransport, OutboundTransport>();
}
