using System.Security.Cryptography;
using Casella.Core.Delivery;
using Casella.Formats.SenderRecords;
using Casella.Net.Dns;

namespace Casella.Smtp.Inbound;

/// <summary>
/// DMARC (RFC 7489): is one of the domains that SPF and DKIM speak for the one that the reader sees, and if not, what
/// does that domain want?
/// </summary>
internal sealed class DmarcCheck(IDnsResolver dns, InboundRules rules)
{
    /// <summary>Asks what the domain has published (RFC 7489 §6.6.3).</summary>
    public async Task<DmarcPublished> FindAsync(string domain, CancellationToken cancellationToken)
    {
        try
        {
            if (await RecordAsync(domain, cancellationToken) is { } own)
                return new DmarcPublished(own, own.Policy) { Domain = domain };
            var organization = rules.Suffixes.OrganizationalDomain(domain);
            if (string.Equals(organization, domain, StringComparison.Ordinal) || await RecordAsync(organization, cancellationToken) is not { } above)
                return DmarcPublished.Nothing;
            // RFC 9091 §3.
            var exists = above.Nonexistent == above.Subdomains || await ExistsAsync(domain, cancellationToken);
            return new DmarcPublished(above, exists ? above.Subdomains : above.Nonexistent) { Domain = organization };
        }
        catch (DnsTemporaryException)
        {
            return DmarcPublished.Late;
        }
    }

    /// <param name="spfDomain">The domain that SPF was asked about.</param>
    public DmarcAnswer Judge(string domain, DmarcPublished published, SpfAnswer spf, string? spfDomain, IReadOnlyList<DkimAnswer> signatures)
    {
        if (published.IsLate)
            return new DmarcAnswer(CheckResult.TemporaryError, DmarcPolicy.None);
        if (published.Record is not { } record)
            return new DmarcAnswer(CheckResult.None, DmarcPolicy.None);
        var isOfSpf = spf.Result is CheckResult.Pass && spfDomain is not null && IsAligned(domain, spfDomain, record.StrictSpf);
        var isOfDkim = signatures.Any(one => one.Result is CheckResult.Pass && IsAligned(domain, one.Signature!.Domain, record.StrictDkim));
        if (isOfSpf || isOfDkim)
            return new DmarcAnswer(CheckResult.Pass, DmarcPolicy.None) { IsOfSpf = isOfSpf, IsOfDkim = isOfDkim };
        // RFC 7489 §6.6.2: what DNS did not tell might have made it pass.
        var mightPass = spf.Result is CheckResult.TemporaryError
            || signatures.Any(one => one.Result is CheckResult.TemporaryError && (one.Signature is null || IsAligned(domain, one.Signature.Domain, record.StrictDkim)));
        return mightPass
            ? new DmarcAnswer(CheckResult.TemporaryError, published.Policy)
            : new DmarcAnswer(CheckResult.Fail, Sampled(published.Policy, record.Percent));
    }

    /// <summary>RFC 7489 §3.1.</summary>
    private bool IsAligned(string from, string other, bool isStrict) => isStrict
        ? string.Equals(from, other, StringComparison.Ordinal)
        : string.Equals(rules.Suffixes.OrganizationalDomain(from), rules.Suffixes.OrganizationalDomain(other), StringComparison.Ordinal);

    /// <summary>RFC 7489 §6.6.4: who is not in the sample gets the next milder treatment.</summary>
    private static DmarcPolicy Sampled(DmarcPolicy policy, int percent) =>
        policy is DmarcPolicy.None || RandomNumberGenerator.GetInt32(100) < percent ? policy : policy - 1;

    private async Task<DmarcRecord?> RecordAsync(string domain, CancellationToken cancellationToken)
    {
        var records = (await dns.TxtAsync($"_dmarc.{domain}", cancellationToken)).Select(DmarcRecord.Parse).OfType<DmarcRecord>().ToList();
        return records.Count == 1 ? records[0] : null;
    }

    private async Task<bool> ExistsAsync(string domain, CancellationToken cancellationToken) =>
        (await dns.AddressesAsync(domain, cancellationToken)).Count > 0 || (await dns.MxAsync(domain, cancellationToken)).Count > 0;
}

/// <param name="Policy">The one that applies to the domain that was asked about.</param>
internal sealed record DmarcPublished(DmarcRecord? Record, DmarcPolicy Policy)
{
    public static DmarcPublished Nothing { get; } = new(null, DmarcPolicy.None);
    public static DmarcPublished Late { get; } = new(null, DmarcPolicy.None) { IsLate = true };

    public bool IsLate { get; private init; }

    /// <summary>Where the record was found.</summary>
    public string Domain { get; init; } = "";
}

/// <param name="Policy">What is to be done: None unless it failed, or might pass when DNS speaks again.</param>
internal sealed record DmarcAnswer(CheckResult Result, DmarcPolicy Policy)
{
    /// <summary>SPF proves it to be the domain's own.</summary>
    public bool IsOfSpf { get; init; }

    /// <summary>A signature proves it.</summary>
    public bool IsOfDkim { get; init; }
}
