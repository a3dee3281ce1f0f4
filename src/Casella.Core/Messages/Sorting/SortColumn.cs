using Casella.Formats.Mime;

namespace Casella.Core.Messages.Sorting;

/// <summary>
/// The values of one sort key for all messages, made once and compared many times. Texts are compared by
/// i;unicode-casemap; what a message does not have is the empty text, which comes first (RFC 5256 §3).
/// </summary>
internal sealed class SortColumn
{
    private static readonly byte[] Nothing = [];

    private readonly SortKey _key;
    private readonly long[] _numbers;
    private readonly byte[][] _texts;

    public SortColumn(SortKey key, int count)
    {
        _key = key;
        _numbers = IsNumber ? new long[count] : [];
        _texts = IsNumber ? [] : new byte[count][];
        Array.Fill(_texts, Nothing);
    }

    /// <summary>What must be read of each message for it.</summary>
    public static MessageNeeds Needs(SortField field) => field switch
    {
        SortField.Arrival or SortField.Date or SortField.Size or SortField.Relevancy => MessageNeeds.None,
        _ => MessageNeeds.Envelope,
    };

    public bool IsNumber => _key.Field is SortField.Arrival or SortField.Size or SortField.Date or SortField.Relevancy;

    /// <param name="findings">For Relevancy.</param>
    public void SetPlacement(int index, Placement placement, SearchFindings? findings)
    {
        if (IsNumber)
            _numbers[index] = _key.Field switch
            {
                SortField.Size => placement.Size,
                SortField.Date => placement.SentAt,
                // RFC 6203 §6: the highest first.
                SortField.Relevancy => -(findings?.RelevancyOf(placement.Uid) ?? 0),
                _ => placement.ReceivedAt,
            };
    }

    /// <param name="envelope">Null when no key needs it.</param>
    public void SetData(int index, Envelope? envelope)
    {
        if (!IsNumber && envelope is not null)
            _texts[index] = UnicodeCasemap.Key(TextOf(envelope));
    }

    public int Compare(int left, int right)
    {
        var order = IsNumber
            ? _numbers[left].CompareTo(_numbers[right])
            : _texts[left].AsSpan().SequenceCompareTo(_texts[right]);
        return _key.IsReverse ? -order : order;
    }

    /// <summary>
    /// Of numbers, when they are the only key: one for each message by which it is sorted, the place in the mailbox in its
    /// last bits. Dates, the largest of them, have 39 bits with their sign.
    /// </summary>
    public long[] Ranks()
    {
        for (var i = 0; i < _numbers.Length; i++)
            _numbers[i] = ((_key.IsReverse ? -_numbers[i] : _numbers[i]) << 24) + i;
        return _numbers;
    }

    private string TextOf(Envelope envelope) => _key.Field switch
    {
        SortField.Subject => envelope.Subject is { } subject ? BaseSubject.Of(DecodedText.Header(subject.Span)) : "",
        SortField.From => Mailbox(envelope.From),
        SortField.To => Mailbox(envelope.To),
        SortField.Cc => Mailbox(envelope.Cc),
        SortField.DisplayFrom => Display(envelope.From),
        _ => Display(envelope.To),
    };

    /// <summary>addr-mailbox of the first address.</summary>
    private static string Mailbox(IReadOnlyList<EnvelopeAddress> addresses) =>
        addresses.Count > 0 && addresses[0].Mailbox is { } mailbox ? DecodedText.Header(mailbox.Span) : "";

    /// <summary>RFC 5957 §3: the name, else mailbox@host, else the mailbox (a group's name), else nothing.</summary>
    private static string Display(IReadOnlyList<EnvelopeAddress> addresses)
    {
        if (addresses.Count == 0)
            return "";
        var first = addresses[0];
        if (first.Name is { } name && DecodedText.Header(name.Span) is { Length: > 0 } text)
            return text;
        return first.Host is { } host ? $"{Mailbox(addresses)}@{DecodedText.Header(host.Span)}" : Mailbox(addresses);
    }
}
