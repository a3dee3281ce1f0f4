namespace Casella.Imap.Commands.Fetching;

/// <summary>The items of a FETCH that are not bodies.</summary>
[Flags]
internal enum FetchAttributes
{
    None = 0,
    Flags = 1,
    Uid = 2,
    InternalDate = 4,
    Size = 8,
    ModSeq = 16,
    Envelope = 32,
    /// <summary>BODYSTRUCTURE: with extension data.</summary>
    Structure = 64,
    /// <summary>BODY without a section: BODYSTRUCTURE without extension data.</summary>
    Body = 128,
    /// <summary>SAVEDATE (RFC 8514 §4.2).</summary>
    SaveDate = 256,
    /// <summary>EMAILID (RFC 8474 §5.3).</summary>
    EmailId = 512,
    /// <summary>THREADID.</summary>
    ThreadId = 1024,
    /// <summary>PREVIEW (RFC 8970 §3).</summary>
    Preview = 2048,
}

/// <summary>What one FETCH asks of each message (RFC 9051 §6.4.5).</summary>
internal sealed record FetchItems(FetchAttributes Attributes, IReadOnlyList<BodyItem> Bodies)
{
    /// <summary>\Seen is set by looking at a body, and by nothing else (RFC 9051 §6.4.5).</summary>
    public bool SetsSeen => Bodies.Any(body => body.SetsSeen);

    /// <summary>
    /// What both ask for, once (RFC 5465 §5.2): NOTIFY and the searches that a message belongs to now.
    /// </summary>
    /// <param name="joined">What was made of two before: as many messages ask for the same as there are new ones.</param>
    public static FetchItems Join(FetchItems? one, FetchItems other, Dictionary<(FetchItems?, FetchItems?), FetchItems> joined)
    {
        if (one is null || ReferenceEquals(one, other))
            return other;
        if (!joined.TryGetValue((one, other), out var both))
            joined[(one, other)] = both = new FetchItems(
                one.Attributes | other.Attributes,
                [.. one.Bodies, .. other.Bodies.Where(body => !one.Bodies.Any(known => string.Equals(known.Label, body.Label, StringComparison.Ordinal)))]);
        return both;
    }
}

/// <summary>BODY[section]&lt;partial&gt;, BINARY and BINARY.SIZE (RFC 3516 §4.2), or RFC822 and its kin.</summary>
/// <param name="Label">The name in the answer, up to the literal ("BODY[1]&lt;0&gt;").</param>
internal sealed record BodyItem(string Label, BodySection Section, Partial? Partial, bool SetsSeen)
{
    public BodyForm Form { get; init; } = BodyForm.Transferred;
}

/// <summary>What of a section is sent.</summary>
internal enum BodyForm
{
    /// <summary>Its octets as they were transferred.</summary>
    Transferred,
    /// <summary>With the transfer encoding undone: BINARY.</summary>
    Decoded,
    /// <summary>The number of those octets: BINARY.SIZE.</summary>
    DecodedSize,
}

/// <summary>&lt;offset.count&gt;: octets of the section.</summary>
internal readonly record struct Partial(long Offset, long Count);

/// <summary>section-spec of RFC 9051 §9.</summary>
/// <param name="Part">Part numbers from the outside in; empty for the message itself.</param>
/// <param name="Fields">Names for HEADER.FIELDS and HEADER.FIELDS.NOT.</param>
internal sealed record BodySection(int[] Part, SectionText Text, IReadOnlyList<string> Fields)
{
    /// <summary>True when the message's own header has all that is asked for.</summary>
    public bool IsTopHeader => Part.Length == 0 && Text is SectionText.Header or SectionText.HeaderFields or SectionText.HeaderFieldsNot;
}

/// <summary>section-text.</summary>
internal enum SectionText
{
    /// <summary>The whole message or the part's body.</summary>
    All,
    Header,
    HeaderFields,
    HeaderFieldsNot,
    Text,
    /// <summary>The part's own MIME header.</summary>
    Mime,
}
