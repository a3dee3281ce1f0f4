using System.Globalization;
using System.Text;
using Casella.Core.Work;
using Casella.Formats.Mime;
using Casella.Web.Desk;
using Casella.Web.Reading;
using Correspondent = Casella.Web.Reading.Correspondent;

namespace Casella.Web.Writing;

/// <summary>With what a composer begins.</summary>
internal sealed record ComposeSeed(string Id, Box Box)
{
    public IReadOnlyList<string> To { get; init; } = [];
    public IReadOnlyList<string> Cc { get; init; } = [];
    public IReadOnlyList<string> Bcc { get; init; } = [];
    public string Subject { get; init; } = "";
    public string Text { get; init; } = "";

    /// <summary>Washed; null for a plain mail.</summary>
    public string? Html { get; init; }

    public string? InReplyTo { get; init; }
    public IReadOnlyList<string> References { get; init; } = [];
    public IReadOnlyList<AttachedFile> Files { get; init; } = [];

    /// <summary>Which attachments of the quoted mail stand in the text as pictures.</summary>
    public IReadOnlySet<int>? InText { get; init; }

    /// <summary>The draft that is gone on with, or the template that is changed.</summary>
    public MailKey? Draft { get; init; }

    /// <summary>A template is written, which nobody gets.</summary>
    public bool IsTemplate { get; init; }

    /// <summary>Which address it is from, of those that it may be from; null for the mailbox's own.</summary>
    public string? From { get; init; }

    /// <summary>Its writer wants to be told when it has arrived.</summary>
    public bool WantsReport { get; init; }

    /// <summary>As whom it can be sent.</summary>
    public IReadOnlyList<Identity> Identities { get; init; } = [];

    /// <summary>The one that was asked for, or with which a draft was begun; else the first of the mailbox.</summary>
    public Identity? Chosen =>
        Identities.FirstOrDefault(one => one.Account == Box.Account.Id && string.Equals(one.Address, From, StringComparison.OrdinalIgnoreCase))
        ?? Identities.FirstOrDefault(one => one.Account == Box.Account.Id);

    /// <summary>Somebody else is answering already.</summary>
    public WorkState? Other { get; init; }

    /// <summary>What is proposed while an address is typed: contacts, groups ("Board: a@…, b@…;"), then who writes here.</summary>
    public IReadOnlyList<string> Proposals { get; init; } = [];
}

/// <summary>Whom an answer goes to, what it is called, and by which fields it finds its conversation.</summary>
internal static class ReplySeed
{
    /// <summary>RFC 5322 §3.6.3: to Reply-To, else to the sender; to all: also everybody who got it, but us.</summary>
    /// <param name="own">Every address of the mailbox.</param>
    /// <param name="conversation">Ids up to the message itself.</param>
    public static ComposeSeed Reply(Box box, StoredMail mail, bool toAll, IReadOnlyList<string> own, IReadOnlyList<string> conversation)
    {
        var envelope = mail.Envelope;
        var isOwn = Correspondent.Of(envelope.From).Any(from => IsOwn(from, own));
        // Who answers what was written here goes on writing to whom it went.
        var to = Others(isOwn ? envelope.To : envelope.ReplyTo, own);
        var cc = toAll ? Others([.. isOwn ? [] : envelope.To, .. envelope.Cc], own).Where(one => !to.Contains(one, StringComparer.OrdinalIgnoreCase)).ToList() : [];
        return new ComposeSeed("", box)
        {
            To = to.Count > 0 ? to : All(envelope.From),
            Cc = cc,
            Subject = WithPrefix(mail.Subject, "Re: "),
            // RFC 5322 §3.6.4.
            InReplyTo = IdOf(mail),
            References = conversation,
        };
    }

    public static ComposeSeed Forward(Box box, StoredMail mail)
    {
        var subject = WithPrefix(mail.Subject, "Fwd: ");
        var references = IdOf(mail) is { } id ? new[] { id } : [];
        return new ComposeSeed("", box) { Subject = subject, References = references };
    }

    public static ComposeSeed Draft(Box box, StoredMail mail, MailKey key) => new("", box)
    {
        To = All(mail.Envelope.To),
        Cc = All(mail.Envelope.Cc),
        Bcc = All(mail.Envelope.Bcc),
        Subject = mail.Subject,
        InReplyTo = mail.Envelope.InReplyTo is { } field ? MessageIds.First(field.Span) : null,
        Draft = key,
    };

    /// <summary>Each line with the mark by which every program knows a quotation (RFC 3676 §4.5).</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder();
        foreach (var line in text.ReplaceLineEndings("\n").TrimEnd().Split('\n'))
            quoted.Append('>').Append(line.StartsWith('>') || line.Length == 0 ? "" : " ").Append(line).Append('\n');
        return quoted.ToString();
    }

    private static string? IdOf(StoredMail mail) => mail.Envelope.MessageId is { } field ? MessageIds.First(field.Span) : null;

    /// <summary>One "Re:" is enough, in whatever language the others were.</summary>
    private static string WithPrefix(string subject, string prefix)
    {
        string[] known = prefix.StartsWith("Re", StringComparison.Ordinal) ? ["re:", "r:", "ris:", "aw:"] : ["fwd:", "fw:", "i:", "wg:"];
        return known.Any(word => subject.StartsWith(word, StringComparison.OrdinalIgnoreCase)) ? subject : prefix + subject;
    }

    private static List<string> Others(IReadOnlyList<EnvelopeAddress> addresses, IReadOnlyList<string> own) =>
        [.. Correspondent.Of(addresses).Where(one => one.Address.Length > 0 && !IsOwn(one, own)).Select(Text).Distinct(StringComparer.OrdinalIgnoreCase)];

    private static List<string> All(IReadOnlyList<EnvelopeAddress> addresses) =>
        [.. Correspondent.Of(addresses).Where(one => one.Address.Length > 0).Select(Text)];

    private static bool IsOwn(Correspondent one, IReadOnlyList<string> own) => own.Contains(one.Address, StringComparer.OrdinalIgnoreCase);

    private static string Text(Correspondent one) => one.Name.Length > 0 ? $"{one.Name} <{one.Address}>" : one.Address;

    /// <summary>Its attachments as they go along with another mail.</summary>
    /// <param name="inText">Those that stand in the text as pictures.</param>
    public static IReadOnlyList<AttachedFile> FilesOf(StoredMail mail, IReadOnlySet<int>? inText) =>
    [
        .. mail.Parts.Attachments.Select((part, index) => (Part: part, Index: index)).Where(one => inText?.Contains(one.Index) is not true)
            .Select(one => new AttachedFile(FileId(mail, one.Index), one.Part.Name ?? (one.Index + 1).ToString(CultureInfo.InvariantCulture), one.Part.Size)),
    ];

    /// <summary>How a part of a stored message is named as a file of another.</summary>
    public static string FileId(StoredMail mail, int index) => FormattableString.Invariant($"p:{mail.Account.Id.Value}:{mail.Email.Value}:{index}");
}
