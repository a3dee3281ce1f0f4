using System.Net;
using System.Net.Sockets;
using Casella.Formats.Addresses;
using Casella.Formats.SenderRecords;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Casella.Smtp.Inbound;

/// <summary>The options of incoming mail, read once: networks, names and the list of suffixes.</summary>
public sealed class InboundRules
{
    private readonly IReadOnlyList<IPNetwork> _trusted;
    private readonly HashSet<string> _sealers;
    private readonly Lazy<PublicSuffixes> _suffixes;

    /// <exception cref="FormatException">An option has something that is no network or no domain.</exception>
    public InboundRules(InboundOptions options, ILogger<InboundRules> log)
    {
        Options = options;
        _trusted = [.. Items(options.TrustedNetworks).Select(ReadNetwork)];
        BlockLists = [.. Items(options.BlockLists).Select(ReadDomain)];
        _sealers = Items(options.TrustedSealers).Select(ReadDomain).ToHashSet(StringComparer.Ordinal);
        _suffixes = new Lazy<PublicSuffixes>(() => ReadSuffixes(options.PublicSuffixes, log));
    }

    public InboundOptions Options { get; }
    public IReadOnlyList<string> BlockLists { get; }
    public PublicSuffixes Suffixes => _suffixes.Value;

    /// <summary>What is wrong with the options, in words; null when nothing is.</summary>
    public static string? Problem(InboundOptions options)
    {
        try
        {
            _ = new InboundRules(options, NullLogger<InboundRules>.Instance);
            return null;
        }
        catch (FormatException wrong)
        {
            return wrong.Message;
        }
    }

    /// <param name="client">Never an IPv4 address in IPv6's clothes.</param>
    public bool IsTrusted(IPAddress client) => _trusted.Any(network => network.Contains(client));

    public bool IsTrustedSealer(string domain) => _sealers.Contains(domain);

    /// <summary>A client is asked and told about by the address that it has, not by the one our socket shows.</summary>
    public static IPAddress Plain(IPAddress client) => client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;

    private static string[] Items(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IPNetwork ReadNetwork(string text)
    {
        if (IPAddress.TryParse(text, out var single))
            return new IPNetwork(single, single.AddressFamily is AddressFamily.InterNetworkV6 ? 128 : 32);
        return IPNetwork.TryParse(text, out var network)
            ? network
            : throw new FormatException($"Inbound:TrustedNetworks: \"{text}\" is not a network such as 192.0.2.0/24");
    }

    private static string ReadDomain(string text) => DomainName.TryCanonicalize(text, out var domain)
        ? domain
        : throw new FormatException($"Inbound: \"{text}\" is not a domain name");

    private static PublicSuffixes ReadSuffixes(string file, ILogger log)
    {
        try
        {
            return PublicSuffixes.Parse(File.ReadAllText(file));
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Log.NoPublicSuffixes(log, file, missing.Message);
            return PublicSuffixes.Fallback;
        }
    }
}
