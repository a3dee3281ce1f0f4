using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Casella.Core.Storage;
using Casella.Formats.Addresses;

namespace Casella.Core.Delivery;

/// <summary>
/// Asks a client that is not known to come again in some minutes (RFC 6647): servers do, most programs that send spam do
/// not. Known is the network of the client together with sender and recipient, and after some mail the network alone.
/// </summary>
public sealed class Greylist
{
    /// <summary>Mail of different senders or recipients after which a network is known.</summary>
    private const int KnownAfter = 5;

    private readonly IGreylistStore _store;
    private readonly GreylistOptions _options;
    private readonly TimeProvider _time;

    internal Greylist(IGreylistStore store, GreylistOptions options, TimeProvider time) => (_store, _options, _time) = (store, options, time);

    /// <summary>How long the client is asked to wait; null when it may deliver.</summary>
    /// <exception cref="MailException">Unavailable.</exception>
    public async Task<TimeSpan?> AskAsync(IPAddress client, EmailAddress? sender, EmailAddress recipient, CancellationToken cancellationToken)
    {
        var (now, network) = (_time.GetUtcNow(), Network(client));
        var (networkKey, key) = (Key(network), Key($"{network}\n{Sender(sender)}\n{recipient}"));
        var passes = await _store.PassesAsync(networkKey, cancellationToken);
        if (passes >= KnownAfter)
        {
            await _store.PassAsync(networkKey, now, cancellationToken);
            return null;
        }

        var first = await _store.SeenAsync(key, now, new GreylistBounds(_options.Entries, _options.Forget, _options.Keep), cancellationToken);
        if (first.Passed)
            return null;
        var wait = first.At + _options.Delay - now;
        if (wait > TimeSpan.Zero)
            return wait;
        await _store.PassAsync(key, now, cancellationToken);
        await _store.PassAsync(networkKey, now, cancellationToken);
        return null;
    }

    /// <summary>Large senders come again from a neighbour: the /24 of IPv4, the /64 of IPv6.</summary>
    private static string Network(IPAddress client)
    {
        var bytes = client.GetAddressBytes();
        return Convert.ToHexStringLower(bytes.AsSpan(0, client.AddressFamily is AddressFamily.InterNetworkV6 ? 8 : 3));
    }

    /// <summary>Lists write a number of their own into each sender ("bounce-12345@…").</summary>
    private static string Sender(EmailAddress? sender) => sender is null
        ? ""
        : string.Concat(sender.LocalPart.Select(c => char.IsAsciiDigit(c) ? '#' : c)).Replace("##", "#", StringComparison.Ordinal) + "@" + sender.Domain;

    /// <summary>Who writes to whom is nobody's business: only a hash is kept.</summary>
    private static byte[] Key(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text))[..16];
}

/// <summary>Greylisting. Bound from <c>Inbound:Greylist</c>.</summary>
public sealed record GreylistOptions
{
    /// <summary>
    /// Whom it is for: Off, Unproven (clients that neither SPF nor a name of their own speaks for), or All that are not
    /// known. Servers with both come again anyway, so nothing is won by letting their mail wait.
    /// </summary>
    public GreylistScope Scope { get; init; } = GreylistScope.Unproven;

    /// <summary>How long an unknown client must wait. Five minutes: the first retry of most servers is later.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Who has not come again by then must wait anew.</summary>
    public TimeSpan Forget { get; init; } = TimeSpan.FromDays(2);

    /// <summary>How long who is known stays so without any mail: a monthly newsletter must not wait each time.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(36);

    /// <summary>Entries kept; beyond, the oldest go. Some 10 MB.</summary>
    public int Entries { get; init; } = 100_000;
}

public enum GreylistScope { Off, Unproven, All }
