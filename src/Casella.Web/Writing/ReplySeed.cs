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

    /// <summary>Somebody else is answering already.</summary>
    public WorkState? Other { get; init; }

    /// <summary>What is proposed while an address is typed: contacts, groups ("Board: a@…, b@…;"), then who writes here.</summary>
    public IReadOnlyList<string> Proposals { get; init; } = [];
}

/// <summary>Whom an answer goes to, what it is called, and by which fields it finds its conversation.</summary>
internal static class ReplySeed
{
    /// <summary>RFC 5322 §3.6.3: to Reply-To, else to the sender; to all: also everybody who got it, but us.</summary>
    /// <param name="conversation">Ids up to the message itself.</param>
    public static ComposeSeed Reply(Box box, StoredMail mail, bool toAll, IReadOnlyList<string> conversation)
    {
        var envelope = mail.Envelope;
        var isOwn = Correspondent.Of(envelope.From).Any(from => IsOwn(from, box));
        // Who answers what was written here goes on writing to whom it went.
        var to = Others(isOwn ? envelope.To : envelope.ReplyTo, box);
        var cc = toAll ? Others([.. isOwn ? [] : envelope.To, .. envelope.Cc], box).Where(one => !to.Contains(one, StringComparer.OrdinalIgnoreCase)).ToList() : [];
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
        return new ComposeSeed("", box) { Subject = subject, Files = FilesOf(mail), References = references };
    }

    public static ComposeSeed Draft(Box box, StoredMail mail, MailKey key) => new("", box)
    {
        To = All(mail.Envelope.To),
        Cc = All(mail.Envelope.Cc),
        Bcc = All(mail.Envelope.Bcc),
        Subject = mail.Subject,
        InReplyTo = mail.Envelope.InReplyTo is { } field ? MessageIds.First(field.Span) : null,
        Files = FilesOf(mail),
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

    private static List<string> Others(IReadOnlyList<EnvelopeAddress> addresses, Box box) =>
        [.. Correspondent.Of(addresses).Where(one => one.Address.Length > 0 && !IsOwn(one, box)).Select(Text).Distinct(StringComparer.OrdinalIgnoreCase)];

    private static List<string> All(IReadOnlyList<EnvelopeAddress> addresses) =>
        [.. Correspondent.Of(addresses).Where(one => one.Address.Length > 0).Select(Text)];

    private static bool IsOwn(Correspondent one, Box box) => string.Equals(one.Address, box.Address, StringComparison.OrdinalIgnoreCase);

    private static string Text(Correspondent one) => one.Name.Length > 0 ? $"{one.Name} <{one.Address}>" : one.Address;

    /// <summary>Its attachments as they go along with another mail.</summary>
    public static IReadOnlyList<AttachedFile> FilesOf(StoredMail mail) =>
    [
        .. mail.Parts.Attachments.Select((part, index) => new AttachedFile(
            string.Create(CultureInfo.InvariantCulture, $"p:{mail.Account.Id.Value}:{mail.Email.Value}:{index}"),
            part.Name ?? (index + 1).ToString(CultureInfo.InvariantCulture), part.Size)),
    ];
}
