namespace Casella.Core.Storage;

/// <summary>
/// The full-text index of each account: makes SEARCH fast, never decides it. It says which messages cannot contain a
/// text, and keeps the folded texts so that the others are looked through without decoding them again. Can be removed
/// at any time and is then made anew; counts for no quota. Messages are added ascending, so one number says what is
/// indexed. Contract tests: SearchIndexContract.
/// </summary>
/// <remarks>
/// Failures: <see cref="MailException"/> Unavailable, and Damaged, whereupon the account's index is gone and to be made
/// anew.
/// </remarks>
internal interface ISearchIndex
{
    /// <summary>How far the account's index has come; a mark of zero when there is none.</summary>
    Task<IndexMark> MarkAsync(AccountId account, CancellationToken cancellationToken);

    /// <summary>
    /// Messages of a range that may match, for each term in its place; all from one snapshot. Costs what the terms find
    /// in the range.
    /// </summary>
    Task<IndexAnswer> FindAsync(AccountId account, IReadOnlyList<IndexTerm> terms, EmailRange among, CancellationToken cancellationToken);

    /// <summary>
    /// Folded texts in the order of the ids; a message that is not indexed, or not wholly, is skipped.
    /// </summary>
    Task<IReadOnlyList<IndexedText>> TextsAsync(
        AccountId account, IReadOnlyList<EmailId> ids, TextParts parts, CancellationToken cancellationToken);

    /// <summary>
    /// <see cref="IndexedText.Links"/> of each of these messages, in its place; empty where nothing is known.
    /// </summary>
    /// <param name="ids">Ascending, as far as they are neighbours they are read together.</param>
    Task<ReadOnlyMemory<byte>[]> LinksAsync(AccountId account, IReadOnlyList<EmailId> ids, CancellationToken cancellationToken);

    /// <summary>
    /// Adds messages, ascending ids, and moves the mark; one transaction. Nothing happens when the mark is no longer at
    /// <paramref name="from"/>: somebody else was quicker, or the index was removed.
    /// </summary>
    /// <returns>False when nothing happened.</returns>
    Task<bool> AddAsync(
        AccountId account, IReadOnlyList<IndexedText> messages, EmailId from, IndexMark mark, CancellationToken cancellationToken);

    /// <summary>Removes messages whose content is gone.</summary>
    Task RemoveAsync(AccountId account, IReadOnlyList<EmailId> messages, CancellationToken cancellationToken);

    /// <summary>The ids of the indexed messages after one, ascending.</summary>
    Task<IReadOnlyList<EmailId>> MessagesAsync(AccountId account, EmailId after, int limit, CancellationToken cancellationToken);

    /// <summary>What is there, for the administrator.</summary>
    Task<IndexSize> SizeAsync(AccountId account, CancellationToken cancellationToken);

    /// <summary>Removes the account's index; the next <see cref="AddAsync"/> begins a new one.</summary>
    Task DeleteAsync(AccountId account, CancellationToken cancellationToken);
}

/// <summary>How far an index has come, and of which state of the account it was made.</summary>
/// <param name="Last">Every message up to here is indexed.</param>
/// <param name="ModSeq">The account's when this was read: an account that is behind it was restored from a
/// backup.</param>
/// <param name="LastObjectId">EMAILID of the last message, for the same reason; empty at the start.</param>
internal sealed record IndexMark(EmailId Last, ModSeq ModSeq, string LastObjectId)
{
    public static IndexMark None { get; } = new(new EmailId(0), new ModSeq(0), "");
}

/// <summary>
/// Which text a term is looked for in. The names are the fields that people search (From, To, Cc, Bcc, Subject).
/// </summary>
internal enum IndexField { Names, OtherHeaders, AnyHeader, Body, Anywhere }

/// <summary>A folded text to look for; one shorter than <see cref="ShortestText"/> cannot be asked.</summary>
internal sealed record IndexTerm(IndexField Field, string Text)
{
    /// <summary>Characters (code points) of a trigram.</summary>
    public const int ShortestText = 3;
}

/// <param name="MayMatch">For each term the messages that may contain it. A message of the range, up to the mark, that is
/// not among them does not.</param>
internal sealed record IndexAnswer(IndexMark Mark, IReadOnlyList<EmailIdSet> MayMatch);

/// <summary>Messages by their ids, both ends included.</summary>
internal readonly record struct EmailRange(EmailId First, EmailId Last)
{
    public static EmailRange All { get; } = new(new EmailId(0), new EmailId(long.MaxValue));
}

[Flags]
internal enum TextParts
{
    None = 0,
    Header = 1,
    Body = 2,

    /// <summary>Of the header the fields of <see cref="IndexedText.Names"/> only, which is much quicker; alone.</summary>
    Names = 4,
}

/// <summary>A message's folded texts as UTF-8; only the parts that were asked for are filled.</summary>
/// <param name="Header">Lines "name: value", as TEXT searches them.</param>
/// <param name="IsWhole">False when text was cut or could not be read: the message may match anything, and is looked
/// through itself.</param>
internal sealed record IndexedText(EmailId Email, ReadOnlyMemory<byte> Header, ReadOnlyMemory<byte> Body, bool IsWhole = true)
{
    /// <summary>The fields of <see cref="IndexField.Names"/>, lower case.</summary>
    /// <summary>What THREAD needs of the header, as <see cref="Messages.Threading.ThreadLinks"/> packs it; also of a message that is not whole.
    /// Empty when the header could not be read.</summary>
    public ReadOnlyMemory<byte> Links { get; init; }

    public static IReadOnlySet<string> Names { get; } = new HashSet<string>(StringComparer.Ordinal) { "from", "to", "cc", "bcc", "subject" };
}

/// <param name="Partial">Messages that are not wholly indexed.</param>
/// <param name="Bytes">On the disk.</param>
internal sealed record IndexSize(long Messages, long Partial, long Bytes);
