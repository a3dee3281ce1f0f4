using Casella.Core.Directory;
using Casella.Core.Storage;
using Casella.Formats.Addresses;

namespace Casella.Core.Filtering.Spam;

/// <summary>What the lists of senders have in common, of a mailbox and of a domain.</summary>
internal static class SenderList
{
    /// <summary>More than anybody types; a program that lists every sender would make a mess of it.</summary>
    public const int EntriesAtMost = 5_000;

    /// <summary>"gino@example.org", or "example.org" (also "@example.org", "*@example.org") for all of a domain and below it.</summary>
    /// <exception cref="DirectoryRuleException">Neither.</exception>
    public static string Entry(string typed)
    {
        var text = typed.Trim();
        text = text[(text is ['*', '@', ..] ? 2 : text is ['@', ..] ? 1 : 0)..];
        if (text.Contains('@', StringComparison.Ordinal) && EmailAddress.TryParse(text, out var address))
            return address.WithoutDetail().ToString();
        return DomainName.TryCanonicalize(text, out var domain) && domain.Contains('.', StringComparison.Ordinal)
            ? domain
            : throw new DirectoryRuleException($"\"{typed}\" is neither a mail address nor a domain.", DirectoryRule.Sender);
    }

    public static SpamClass? Class(bool? isAllowed) => isAllowed switch { true => SpamClass.Ham, false => SpamClass.Spam, null => null };

    public static SenderEntry View(ListedSender listed) => new(listed.Entry, listed.Listed is SpamClass.Ham, listed.At);
}

/// <summary>A sender whom somebody has decided about.</summary>
/// <param name="Entry">An address, or a domain for all of it.</param>
/// <param name="IsAllowed">Its mail is never spam; else it always is.</param>
public sealed record SenderEntry(string Entry, bool IsAllowed, DateTimeOffset At);

/// <summary>What was learnt, in messages.</summary>
/// <param name="KnownSenders">0 where they are not counted.</param>
public sealed record SpamStatistics(long Spam, long Ham, long Words, long KnownSenders);
