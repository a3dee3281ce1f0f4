using Casella.Formats.AuthenticationResults;
using Casella.Formats.Mime;
using Casella.Formats.SpamReports;

namespace Casella.Web.Reading;

/// <summary>How sure it is that a mail is from whom it says.</summary>
internal enum SenderProof
{
    /// <summary>It was not checked: written here, or brought in.</summary>
    Unknown,
    /// <summary>The domain in From vouches for it (DMARC, or its own signature).</summary>
    Proven,
    /// <summary>The domain says nothing about its mail.</summary>
    Unproven,
    /// <summary>The domain says that its mail does not come this way.</summary>
    Refuted,
}

/// <summary>
/// What is to be known before one believes a mail, from the checks of this server at the moment it came. Only what stands
/// above the topmost Received field is ours; what stands below it came with the mail and may be a lie (RFC 8601 §5).
/// </summary>
/// <param name="IsFirst">Nobody of that address has written to this mailbox before.</param>
/// <param name="PretendsUs">It bears the house's own name, and is not from the house.</param>
/// <param name="LooksLike">A domain of ours that the sender's resembles; null for none.</param>
internal sealed record SenderTrust(SenderProof Proof, bool IsFirst, bool PretendsUs, string? LooksLike)
{
    public static SenderTrust Nothing { get; } = new(SenderProof.Unknown, IsFirst: false, PretendsUs: false, LooksLike: null);

    /// <exception cref="Core.MailException">NoSuchMessage, Damaged, Unavailable.</exception>
    public static async Task<SenderTrust> ReadAsync(StoredMail mail, CancellationToken cancellationToken)
    {
        await using var content = await mail.Account.OpenAsync(mail.Email, cancellationToken);
        var header = await content.ReadAsync(0, content.HeaderSize, cancellationToken);
        var from = Correspondent.FirstOf(mail.Envelope.From)?.Address ?? "";
        return Of(header, from[(from.LastIndexOf('@') + 1)..], mail.Account.Address.Domain);
    }

    /// <param name="from">The domain in From.</param>
    /// <param name="own">The mailbox's domain.</param>
    public static SenderTrust Of(ReadOnlyMemory<byte> header, string from, string own)
    {
        var results = HeaderSection.Fields(header)
            .TakeWhile(field => !IsNamed(field, "Received"))
            .Where(field => IsNamed(field, "Authentication-Results"))
            .SelectMany(field => MethodResults.Read(field.Value.Span)).ToList();
        var signs = SpamFields.Read(header)?.Tests.Select(test => test.Name).ToHashSet(StringComparer.Ordinal) ?? [];
        return new SenderTrust(
            ProofOf(results),
            signs.Contains("FIRST_CONTACT"),
            signs.Overlaps(["NAME_IS_OURS", "NAME_IS_ADDRESS", "PRETENDS_HOUSE"]),
            results.Count > 0 && LookAlike.Is(from, own) ? own : null);
    }

    private static SenderProof ProofOf(List<MethodResult> results)
    {
        if (results.Count == 0)
            return SenderProof.Unknown;
        return Has("dmarc", "pass") ? SenderProof.Proven
            : Has("dmarc", "fail") || Has("spf", "fail") && !Has("dkim", "pass") ? SenderProof.Refuted
            : SenderProof.Unproven;

        bool Has(string method, string result) => results.Contains(new MethodResult(method, result));
    }

    private static bool IsNamed(HeaderField field, string name) => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase);
}
