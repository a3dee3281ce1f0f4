using System.Net;
using System.Net.Sockets;
using Casella.Core.Delivery;
using Casella.Formats.SenderRecords;
using Casella.Net.Dns;

namespace Casella.Smtp.Inbound;

/// <summary>
/// check_host of RFC 7208 §4: may this client send in the name of this domain? One object for one question: it counts
/// what it has asked.
/// </summary>
internal sealed class SpfCheck(IDnsResolver dns, SpfFacts facts)
{
    /// <summary>RFC 7208 §4.6.4: mechanisms and modifiers that ask DNS.</summary>
    private const int MaxLookups = 10;

    /// <summary>RFC 7208 §4.6.4: questions without an answer.</summary>
    private const int MaxVoidLookups = 2;

    /// <summary>RFC 7208 §4.6.4: exchangers of one mx, names of one ptr.</summary>
    private const int MaxNames = 10;

    private int _lookups;
    private int _voidLookups;

    /// <summary>The answer about <see cref="SpfFacts.Domain"/>.</summary>
    public async Task<SpfAnswer> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await CheckHostAsync(facts.Domain, isFirst: true, cancellationToken);
        }
        catch (DnsTemporaryException)
        {
            return SpfAnswer.Late;
        }
        catch (SpfMistakeException mistake)
        {
            return new SpfAnswer(CheckResult.PermanentError, mistake.Message);
        }
    }

    private async Task<SpfAnswer> CheckHostAsync(string domain, bool isFirst, CancellationToken cancellationToken)
    {
        if (!domain.Contains('.', StringComparison.Ordinal))
            return SpfAnswer.None;      // RFC 7208 §4.3
        var records = (await dns.TxtAsync(domain, cancellationToken)).Where(SpfRecord.IsSpf).ToList();
        if (records.Count == 0)
            return SpfAnswer.None;
        if (records.Count > 1)
            throw new SpfMistakeException($"{domain} has more than one SPF record");
        var record = SpfRecord.Parse(records[0]) ?? throw new SpfMistakeException($"the SPF record of {domain} has a mistake");
        foreach (var directive in record.Directives)
            if (await MatchesAsync(directive, domain, cancellationToken))
                return await AnswerAsync(directive.Qualifier, record, domain, isFirst, cancellationToken);
        if (record.Redirect is not { } redirect)
            return new SpfAnswer(CheckResult.Neutral);
        // RFC 7208 §6.1.
        Count();
        var target = await CheckHostAsync(Name(redirect, domain), isFirst, cancellationToken);
        return target.Result is CheckResult.None ? throw new SpfMistakeException($"{domain} redirects to what has no SPF record") : target;
    }

    private async Task<SpfAnswer> AnswerAsync(SpfQualifier qualifier, SpfRecord record, string domain, bool isFirst, CancellationToken cancellationToken) => qualifier switch
    {
        SpfQualifier.Pass => new SpfAnswer(CheckResult.Pass),
        SpfQualifier.SoftFail => new SpfAnswer(CheckResult.SoftFail),
        SpfQualifier.Neutral => new SpfAnswer(CheckResult.Neutral),
        SpfQualifier.Fail => new SpfAnswer(CheckResult.Fail)
        {
            SendsNothing = isFirst && record.SendsNothing,
            Explanation = record.Explanation is { } where ? await ExplanationAsync(where, domain, cancellationToken) : null,
        },
    };

    private async Task<bool> MatchesAsync(SpfDirective directive, string domain, CancellationToken cancellationToken)
    {
        if (directive.Mechanism is SpfMechanism.All)
            return true;
        if (directive.Network is { } network)
            return network.AddressFamily == facts.Client.AddressFamily && IsIn(facts.Client, network, directive);
        Count();
        var target = directive.Domain is { } spec ? Name(spec, domain) : domain;
        return directive.Mechanism switch
        {
            SpfMechanism.Include => await IncludesAsync(target, cancellationToken),
            SpfMechanism.A => await HasAddressAsync(target, directive, cancellationToken),
            SpfMechanism.Mx => await HasExchangerAsync(target, directive, cancellationToken),
            SpfMechanism.Ptr => await HasNameAsync(target, cancellationToken),
            _ => Counted(await dns.AddressesAsync(target, AddressFamily.InterNetwork, cancellationToken)).Count > 0,     // exists
        };
    }

    /// <summary>RFC 7208 §5.2.</summary>
    private async Task<bool> IncludesAsync(string target, CancellationToken cancellationToken)
    {
        var included = await CheckHostAsync(target, isFirst: false, cancellationToken);
        return included.Result is CheckResult.None
            ? throw new SpfMistakeException($"{target}, which is included, has no SPF record")
            : included.Result is CheckResult.Pass;
    }

    private async Task<bool> HasAddressAsync(string host, SpfDirective directive, CancellationToken cancellationToken) =>
        Counted(await dns.AddressesAsync(host, facts.Client.AddressFamily, cancellationToken)).Any(address => IsIn(facts.Client, address, directive));

    private async Task<bool> HasExchangerAsync(string target, SpfDirective directive, CancellationToken cancellationToken)
    {
        var exchangers = Counted(await dns.MxAsync(target, cancellationToken));
        if (exchangers.Count > MaxNames)
            throw new SpfMistakeException($"{target} has too many MX records");
        foreach (var exchanger in exchangers.Where(exchanger => exchanger.Host.Length > 0))
            if (await HasAddressAsync(exchanger.Host, directive, cancellationToken))
                return true;
        return false;
    }

    /// <summary>RFC 7208 §5.5: names beyond the tenth are not looked at, and one that cannot be asked is none.</summary>
    private async Task<bool> HasNameAsync(string target, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var name in Counted(await dns.PtrAsync(facts.Client, cancellationToken)).Take(MaxNames))
            {
                var isBelow = string.Equals(name, target, StringComparison.OrdinalIgnoreCase) || name.EndsWith($".{target}", StringComparison.OrdinalIgnoreCase);
                if (isBelow && (await dns.AddressesAsync(name, facts.Client.AddressFamily, cancellationToken)).Contains(facts.Client))
                    return true;
            }

            return false;
        }
        catch (DnsTemporaryException)
        {
            return false;
        }
    }

    /// <summary>RFC 7208 §6.2: one text of ASCII; whatever is wrong with it, there is none.</summary>
    private async Task<string?> ExplanationAsync(string spec, string domain, CancellationToken cancellationToken)
    {
        try
        {
            return SpfMacro.ExpandName(spec, facts with { Domain = domain }) is { } name && await dns.TxtAsync(name, cancellationToken) is [var text]
                && SpfMacro.ExpandText(text, facts with { Domain = domain }) is { } words && words.All(c => c is >= ' ' and <= '~')
                ? words
                : null;
        }
        catch (DnsTemporaryException)
        {
            return null;
        }
    }

    private string Name(string spec, string domain) =>
        SpfMacro.ExpandName(spec, facts with { Domain = domain }) ?? throw new SpfMistakeException($"the SPF record of {domain} has a macro that makes no name");

    private void Count()
    {
        if (++_lookups > MaxLookups)
            throw new SpfMistakeException("the SPF record asks for too much");
    }

    private DnsAnswer<T> Counted<T>(DnsAnswer<T> answer) => answer.Count > 0 || ++_voidLookups <= MaxVoidLookups
        ? answer
        : throw new SpfMistakeException("the SPF record asks for what does not exist");

    private static bool IsIn(IPAddress client, IPAddress network, SpfDirective directive)
    {
        var bits = client.AddressFamily is AddressFamily.InterNetworkV6 ? directive.Prefix6 : directive.Prefix4;
        var (one, other) = (client.GetAddressBytes(), network.GetAddressBytes());
        if (one.Length != other.Length || !one.AsSpan(0, bits / 8).SequenceEqual(other.AsSpan(0, bits / 8)))
            return false;
        var rest = bits % 8;
        return rest == 0 || (one[bits / 8] ^ other[bits / 8]) >> (8 - rest) == 0;
    }

    /// <summary>permerror, with what is wrong.</summary>
    private sealed class SpfMistakeException(string message) : Exception(message);
}

/// <summary>What SPF says.</summary>
/// <param name="Comment">Why, where it is not the record's own word; or null.</param>
internal sealed record SpfAnswer(CheckResult Result, string? Comment = null)
{
    public static SpfAnswer None { get; } = new(CheckResult.None);
    public static SpfAnswer Late { get; } = new(CheckResult.TemporaryError);

    /// <summary>The domain has said that no mail at all is its own.</summary>
    public bool SendsNothing { get; init; }

    /// <summary>The domain's own words for who is refused, or null.</summary>
    public string? Explanation { get; init; }
}
