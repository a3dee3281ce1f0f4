using System.Collections.Frozen;
using Casella.Core.Delivery;

namespace Casella.Core.Filtering.Spam;

/// <summary>
/// The signs that the built-in filter looks for, one a row: name, points, and when it is there. Points below zero speak
/// for the message. Words for each: Words.resx. None alone sends a message into SPAM that an office might have wanted.
/// </summary>
internal static class SpamSigns
{
    private static readonly TimeSpan DateIsFarAfter = TimeSpan.FromDays(2);
    private static readonly TimeSpan DateIsFarBefore = TimeSpan.FromDays(30);

    /// <summary>What starts a program when somebody opens it.</summary>
    private static readonly FrozenSet<string> Programs = new[]
    {
        "exe", "scr", "com", "pif", "bat", "cmd", "msi", "js", "jse", "vbs", "vbe", "wsf", "hta", "jar", "ps1", "lnk", "iso", "img", "cpl", "reg", "one",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Letters that nobody sees.</summary>
    private static readonly System.Buffers.SearchValues<char> Invisible = System.Buffers.SearchValues.Create("\u200B\u200C\u200D\u2060\u00AD\uFEFF\u202E");

    public static IReadOnlyList<SpamSign> All { get; } =
    [
        // who has sent it
        new("BLOCK_LISTED", 4.0, mail => mail.Sender.BlockLists.Count > 0),
        new("SPF_FAIL", 2.5, mail => mail.Sender.Spf is CheckResult.Fail),
        new("SPF_SOFTFAIL", 1.0, mail => mail.Sender.Spf is CheckResult.SoftFail),
        new("SPF_NONE", 0.4, mail => mail.Sender.Spf is CheckResult.None or CheckResult.Neutral),
        new("DKIM_MISSING", 0.5, mail => mail.Sender.SignedBy.Count == 0),
        new("DMARC_FAIL", 2.0, mail => mail.Sender.Dmarc is CheckResult.Fail),
        new("DMARC_PASS", -0.5, mail => mail.Sender.Dmarc is CheckResult.Pass),
        new("NO_REVERSE_NAME", 0.8, mail => mail.Sender.ClientName is null),
        new("HELO_PROBLEM", 0.8, mail => mail.Sender.HelloProblem is not null),

        // who we know
        new("FIRST_CONTACT", 0.5, mail => mail.Mailbox.Sender is null && !mail.Mailbox.AnswersUs),
        new("KNOWN_SENDER", -1.0, mail => mail.Mailbox.Sender is { Spam: 0, WasWrittenTo: false } && mail.IsProven),
        new("WRITTEN_TO", -4.0, mail => mail.Mailbox.Sender is { Spam: 0, WasWrittenTo: true } && !mail.IsForged),
        new("ANSWERS_US", -2.0, mail => mail.Mailbox.AnswersUs),
        new("SPAM_SENDER", 3.0, mail => mail.Mailbox.Sender is { Spam: > 0 } && mail.IsProven),

        // header
        new("NO_DATE", 0.8, mail => mail.Clues.SentAt is null),
        new("DATE_FAR", 1.2, mail => mail.Clues.SentAt is { } at && (at - mail.Now > DateIsFarAfter || mail.Now - at > DateIsFarBefore)),
        new("NO_MESSAGE_ID", 0.7, mail => !mail.Clues.HasMessageId),
        new("NO_RECIPIENT", 0.7, mail => !mail.Clues.HasRecipients),
        new("NO_SUBJECT", 0.4, mail => mail.Clues.Subject.Trim().Length == 0),
        new("SUBJECT_SHOUTS", 0.5, mail => Shouts(mail.Clues.Subject)),
        new("SUBJECT_HIDES", 2.0, mail => mail.Clues.Subject.AsSpan().ContainsAny(Invisible)),
        new("NAME_IS_ADDRESS", 2.0, mail => NameHasOther(mail) && !NameHasOurs(mail)),
        new("NAME_IS_OURS", 3.5, NameHasOurs),
        new("PRETENDS_HOUSE", 2.5, mail => IsHouse(mail, mail.Clues.From?.Domain) && !mail.IsProven && mail.Sender.Spf is not CheckResult.Pass),
        new("REPLY_ELSEWHERE", 0.6, mail => mail.Clues is { ReplyTo: { } reply, From: { } from, IsOfList: false } && !MessageClues.AreOfOneOwner(reply.Domain, from.Domain)),

        // links
        new("LINK_TO_NUMBER", 1.8, mail => mail.Clues.Links.Any(link => Uri.CheckHostName(link.Host) is UriHostNameType.IPv4 or UriHostNameType.IPv6)),
        new("LINK_WITH_USER", 1.8, mail => mail.Clues.Links.Any(link => link.HasUser)),
        new("LINK_WITH_PORT", 0.6, mail => mail.Clues.Links.Any(link => link.HasPort)),
        new("LINK_MISLEADS", 1.8, mail => !mail.Clues.IsOfList && mail.Clues.Links.Any(Misleads)),
        new("LINK_LOOKALIKE", 1.0, mail => mail.Clues.Links.Any(link => link.Host.Contains("xn--", StringComparison.Ordinal))),

        // body
        new("HTML_ONLY", 0.3, mail => mail.Clues.IsHtmlOnly),
        new("HTML_HIDES", 0.8, mail => mail.Clues is { HidesText: true, IsOfList: false }),
        new("HTML_FORM", 1.5, mail => mail.Clues.HasForm),
        new("PROGRAM_ATTACHED", 5.0, mail => mail.Clues.Attachments.Any(IsProgram)),
        new("PROGRAM_DISGUISED", 4.0, mail => mail.Clues.Attachments.Any(name => IsProgram(name) && name.Count(c => c == '.') > 1)),
    ];

    /// <summary>Eight letters or more, and not one of them small.</summary>
    private static bool Shouts(string subject) => subject.Count(char.IsLetter) >= 8 && !subject.Any(char.IsLower);

    private static bool IsHouse(SpamCase mail, string? domain) => string.Equals(domain, mail.Domain, StringComparison.OrdinalIgnoreCase);

    /// <summary>"info@example.org" &lt;somebody@elsewhere&gt;: programs show the name, and people believe it.</summary>
    private static bool NameHasOther(SpamCase mail) =>
        DomainInName(mail) is { } shown && mail.Clues.From is { } from && !MessageClues.AreOfOneOwner(shown, from.Domain);

    private static bool NameHasOurs(SpamCase mail) =>
        IsHouse(mail, DomainInName(mail)) && !IsHouse(mail, mail.Clues.From?.Domain) && !mail.Clues.IsOfList;

    private static string? DomainInName(SpamCase mail)
    {
        var name = mail.Clues.FromName;
        var at = name.IndexOf('@', StringComparison.Ordinal);
        if (at <= 0)
            return null;
        var end = at + 1;
        while (end < name.Length && (char.IsAsciiLetterOrDigit(name[end]) || name[end] is '-' or '.'))
            end++;
        return Formats.Addresses.DomainName.TryCanonicalize(name[(at + 1)..end].Trim('.'), out var domain) && domain.Contains('.', StringComparison.Ordinal) ? domain : null;
    }

    /// <summary>The reader sees one site's name, and comes to another.</summary>
    private static bool Misleads(LinkClue link)
    {
        var words = link.Words.Trim();
        if (words.Length == 0 || words.Any(char.IsWhiteSpace))
            return false;
        var seen = LinkClue.Of(words.Contains("://", StringComparison.Ordinal) ? words : $"http://{words}", "");
        return seen is not null && Formats.Addresses.DomainName.TryCanonicalize(seen.Host, out _) && seen.Host.Contains('.', StringComparison.Ordinal)
            && !words.Contains('@', StringComparison.Ordinal) && !MessageClues.AreOfOneOwner(seen.Host, link.Host);
    }

    private static bool IsProgram(string name) => Programs.Contains(name[(name.LastIndexOf('.') + 1)..]) && name.Contains('.', StringComparison.Ordinal);
}

/// <param name="Name">As it stands in X-Spam-Status.</param>
internal sealed record SpamSign(string Name, double Points, Func<SpamCase, bool> IsThere);
