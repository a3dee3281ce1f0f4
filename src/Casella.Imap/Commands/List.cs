using Casella.Core;
using Casella.Core.Annotations;
using Casella.Imap.Commands.Metadata;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>What LIST is asked to select and to return (RFC 5258 §3.1, §3.2; SPECIAL-USE RFC 6154 §3).</summary>
[Flags]
internal enum ListOptions
{
    None = 0,
    SelectSubscribed = 1,
    SelectSpecialUse = 2,
    RecursiveMatch = 4,
    ReturnSubscribed = 8,
    /// <summary>RFC 8440 §3.</summary>
    ReturnMyRights = 16,
}

/// <summary>
/// LIST (RFC 9051 §6.3.9) in its plain and its extended form (RFC 5258). CHILDREN and special uses are returned
/// unasked, because clients that know nothing of options look for them (RFC 3348 §3, RFC 6154 §2).
/// </summary>
/// <param name="Statuses">What of STATUS to return with each (RFC 5819); empty for nothing.</param>
/// <param name="IsExtended">Options or several patterns were given: "" then means nothing special
/// (RFC 5258 §3).</param>
internal sealed record List(
    string Reference, IReadOnlyList<string> Patterns, ListOptions Options, IReadOnlyList<StatusItem> Statuses,
    bool IsExtended) : ImapCommand
{
    /// <summary>Annotations to return with each (RFC 9590); null for none.</summary>
    public AnnotationQuery? Annotations { get; init; }

    /// <summary>Matching costs patterns times mailboxes; clients send a handful.</summary>
    public const int MaxPatterns = 50;

    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        var options = ListOptions.None;
        var isExtended = parser.Next == (byte)'(';
        if (isExtended)
        {
            options = Selection(ref parser);
            parser.Space();
        }
        var reference = parser.Mailbox();
        parser.Space();
        var patterns = new List<string>();
        if (parser.Next == (byte)'(')
        {
            isExtended = true;
            ReadPatterns(ref parser, patterns);
        }
        else
        {
            patterns.Add(parser.ListMailbox());
        }
        IReadOnlyList<StatusItem> statuses = [];
        AnnotationQuery? annotations = null;
        if (parser.TrySpace())
        {
            isExtended = true;
            options |= Returns(ref parser, ref statuses, ref annotations);
        }
        return new List(reference, patterns, options, statuses, isExtended) { Annotations = annotations };
    }

    /// <summary>list-select-opts.</summary>
    private static ListOptions Selection(ref ImapParser parser)
    {
        var options = ListOptions.None;
        parser.OpenList();
        for (var isFirst = true; !parser.TryCloseList(); isFirst = false)
        {
            if (!isFirst)
                parser.Space();
            options |= parser.TryWord("SUBSCRIBED"u8) ? ListOptions.SelectSubscribed | ListOptions.ReturnSubscribed
                : parser.TryWord("SPECIAL-USE"u8) ? ListOptions.SelectSpecialUse
                : parser.TryWord("RECURSIVEMATCH"u8) ? ListOptions.RecursiveMatch
                // There are no mailboxes on other servers to add.
                : parser.TryWord("REMOTE"u8) ? ListOptions.None
                : throw parser.Expected("SUBSCRIBED, SPECIAL-USE, REMOTE or RECURSIVEMATCH");
        }
        // RFC 5258 §3.1: RECURSIVEMATCH alone says nothing.
        if (options == ListOptions.RecursiveMatch)
            throw new ImapSyntaxException("Expected SUBSCRIBED or SPECIAL-USE beside RECURSIVEMATCH");
        return options;
    }

    private static void ReadPatterns(ref ImapParser parser, List<string> patterns)
    {
        parser.OpenList();
        do
        {
            if (patterns.Count == MaxPatterns)
                throw new ImapSyntaxException($"Expected at most {MaxPatterns} patterns");
            patterns.Add(parser.ListMailbox());
        }
        while (parser.TrySpace());
        parser.CloseList();
    }

    /// <summary>list-return-opts.</summary>
    private static ListOptions Returns(
        ref ImapParser parser, ref IReadOnlyList<StatusItem> statuses, ref AnnotationQuery? annotations)
    {
        var options = ListOptions.None;
        if (!parser.TryWord("RETURN"u8))
            throw parser.Expected("RETURN");
        parser.Space();
        parser.OpenList();
        for (var isFirst = true; !parser.TryCloseList(); isFirst = false)
        {
            if (!isFirst)
                parser.Space();
            if (parser.TryWord("STATUS"u8))
            {
                parser.Space();
                statuses = Status.ParseItems(ref parser);
                continue;
            }
            if (parser.TryWord("METADATA"u8))
            {
                parser.Space();
                annotations = new AnnotationQuery(Entries(ref parser));
                continue;
            }
            options |= parser.TryWord("SUBSCRIBED"u8) ? ListOptions.ReturnSubscribed
                : parser.TryWord("MYRIGHTS"u8) ? ListOptions.ReturnMyRights
                : parser.TryWord("CHILDREN"u8) || parser.TryWord("SPECIAL-USE"u8) ? ListOptions.None
                : throw parser.Expected("SUBSCRIBED, CHILDREN, SPECIAL-USE, MYRIGHTS, STATUS or METADATA");
        }
        return options;
    }

    /// <summary>"/shared" itself never has a value, so there would be nothing to answer.</summary>
    private static List<AnnotationEntry> Entries(ref ImapParser parser)
    {
        var entries = parser.Entries();
        return entries.TrueForAll(entry => entry.CanHaveValue) ? entries : throw parser.Expected("names of annotations before here");
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        // RFC 3501 §6.3.8: the empty pattern asks for the separator and the root.
        if (!IsExtended && Patterns[0].Length == 0)
        {
            session.Writer.Raw("* LIST (\\Noselect) \"/\" \"\"\r\n"u8);
            return ImapReply.Ok("LIST completed");
        }
        List<ListPattern> patterns = [.. Patterns.Where(pattern => pattern.Length > 0).Select(pattern => new ListPattern(Reference, pattern))];
        var names = await session.ListedNamesAsync(patterns, cancellationToken);
        foreach (var entry in new MailboxListing(names, Options).Select(patterns))
        {
            entry.WriteTo(session.Writer, Options);
            // RFC 5819 §3, RFC 8440 §4: a name that is shown only for what is below it has neither rights nor STATUS.
            if (entry.Place is { Mailbox.IsSelectable: true } place && entry.MeetsSelection(Options))
                await TellMoreAsync(session, place, cancellationToken);
            // RFC 9590: names without messages have annotations too; names without a mailbox have none.
            if (Annotations is not null && entry.Place is { } annotated && entry.MeetsSelection(Options))
                session.Writer.Metadata(
                    annotated.Name, Annotations.Select(await SpokenAnnotations.OfMailboxAsync(annotated, cancellationToken)).Found);
            await session.Writer.FlushIfLargeAsync(cancellationToken);
        }
        return ImapReply.Ok("LIST completed");
    }

    private async ValueTask TellMoreAsync(
        ImapSession session, MailboxPlace place, CancellationToken cancellationToken)
    {
        if (Options.HasFlag(ListOptions.ReturnMyRights))
            MyRights.Write(session.Writer, place);
        if (Statuses.Count == 0)
            return;
        try
        {
            await Status.WriteAsync(session, place, Statuses, cancellationToken);
        }
        catch (MailException e) when (e.Error == MailError.NoSuchMailbox)
        {
            // Deleted since the tree was taken: RFC 5819 §2 lets the reply for it drop.
            Log.CommandFailed(session.Services.Logger, e, "LIST", e.Error);
        }
    }
}
