using System.Globalization;
using System.Resources;
using Casella.Core.Policies;
using Casella.Core.Storage;
using Casella.Formats.Addresses;
using Casella.Formats.Sieve;

namespace Casella.Core.Notices;

/// <summary>
/// A notice in words: subject and text, from Notices.resx (English) and Notices.it.resx. Written for somebody who reads
/// it on a phone and has never heard of quotas.
/// </summary>
/// <param name="mailbox">The account whose members read it.</param>
/// <param name="folders">What its Trash and SPAM are called.</param>
/// <param name="zone">Times are told as the clock on the wall shows them.</param>
internal sealed class NoticeText(EmailAddress mailbox, Language language, (string Trash, string Spam) folders, TimeZoneInfo zone)
{
    private static readonly ResourceManager Resources = new("Casella.Core.Notices.Notices", typeof(NoticeText).Assembly);

    private readonly CultureInfo _culture = CultureInfo.GetCultureInfo(language is Language.Italian ? "it-IT" : "en-GB");

    /// <summary>The folder for what a repair has found and nobody knows where it was.</summary>
    public static string RecoveredFolder(Language language) => Resources.GetString(
        "RecoveredFolder", CultureInfo.GetCultureInfo(language is Language.Italian ? "it-IT" : "en-GB"))!;

    /// <summary>The name beside the sender's address.</summary>
    public string Sender => Of("Sender");

    /// <param name="loginOf">What a person signs in as: a command knows them by that.</param>
    public (string Subject, string Text) Compose(NoticeRow notice, int keptDays, Func<PersonId, string?> loginOf) => notice.Kind switch
    {
        NoticeKind.Quota => Quota(NoticeFacts.Read<QuotaFacts>(notice.Facts), keptDays),
        NoticeKind.Sending => Sending(NoticeFacts.Read<SendingFacts>(notice.Facts), notice.At),
        NoticeKind.Brake => Brake(NoticeFacts.Read<BrakeFacts>(notice.Facts), loginOf),
        NoticeKind.Filter => Filter(NoticeFacts.Read<FilterFacts>(notice.Facts)),
    };

    private (string Subject, string Text) Quota(QuotaFacts facts, int keptDays)
    {
        var percent = 100 * facts.Used / facts.Limit;
        var forecast = facts.DaysLeft switch
        {
            > 1 and var days => Of("QuotaDaysLeft", days),
            0 or 1 => Of("QuotaTomorrow"),
            _ => null,
        };
        return (Of("QuotaSubject", mailbox, percent), Letter(
            Of("QuotaState", mailbox, Size(facts.Used), Size(facts.Limit), percent) + (forecast is null ? "" : " " + forecast),
            Of("QuotaConsequence"),
            Of("QuotaWhatToDo", folders.Trash, folders.Spam),
            Of("QuotaKept", folders.Trash, keptDays)));
    }

    private (string Subject, string Text) Brake(BrakeFacts facts, Func<PersonId, string?> loginOf)
    {
        var who = Who(facts.Name, facts.IsDevice, facts.Client);
        var folder = facts.Mailbox is "INBOX" ? Of("Inbox") : facts.Mailbox;
        var since = TimeZoneInfo.ConvertTime(facts.Since, zone);
        return (Of("BrakeSubject", folder), Letter(
            Of("BrakeWhat", since.ToString("D", _culture), since.ToString("t", _culture), who, facts.Deleted, facts.Total, folder),
            Of("BrakeWanted"),
            Of("BrakeKept", TimeZoneInfo.ConvertTime(facts.KeptUntil, zone).ToString("d MMMM yyyy", _culture)),
            "    " + UndoCommand(facts, since, loginOf)));
    }

    private (string Subject, string Text) Filter(FilterFacts facts)
    {
        var what = facts.Folder is { } folder
            ? Of("FilterFolder", mailbox, folder)
            : Of("FilterFailed", facts.Script ?? "", mailbox, new SieveError(facts.Line, facts.Name ?? "TooMuchWork", [.. facts.Values]).Text(_culture));
        return (Of("FilterSubject", mailbox), Letter(what, Of("FilterKept"), Of("FilterWhatToDo")));
    }

    private (string Subject, string Text) Sending(SendingFacts facts, DateTimeOffset at)
    {
        var since = TimeZoneInfo.ConvertTime(at, zone);
        return (Of("SendingSubject", facts.Mailbox), Letter(
            Of(facts.IsNew ? "SendingNew" : "SendingMany", since.ToString("D", _culture), since.ToString("t", _culture), Who(facts.Name, facts.IsDevice, facts.Client), facts.Mailbox, facts.Limit),
            Of("SendingWanted"),
            Of("SendingStolen")));
    }

    private string Who(string name, bool isDevice, string? client)
    {
        var who = string.Equals(name, Directory.MailDirectory.CommonPassword, StringComparison.Ordinal) ? Of("CommonPassword") : isDevice ? Of("Device", name) : name;
        return client is null ? who : Of("WithProgram", who, client);
    }

    /// <summary>What the office types to put everything back.</summary>
    private string UndoCommand(BrakeFacts facts, DateTimeOffset since, Func<PersonId, string?> loginOf)
    {
        var whose = facts.IsDevice ? $"device {Quoted(facts.Name)}"
            : $"person {Quoted(facts.Person is { } person && loginOf(new PersonId(person)) is { } login ? login : facts.Name)}";
        return string.Create(CultureInfo.InvariantCulture, $"casella undo {mailbox} --{whose} --since \"{since:yyyy-MM-dd HH:mm}\"");
    }

    /// <summary>A name as one word of a shell, whatever somebody has called a device.</summary>
    private static string Quoted(string name) => name.AsSpan().IndexOfAny("\"$`\\!") < 0
        ? $"\"{name}\""
        : $"'{name.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private string Letter(params string[] paragraphs) =>
        string.Join("\r\n\r\n", [Of("Greeting"), .. paragraphs, Of("Regards", mailbox.Domain)]).ReplaceLineEndings("\r\n") + "\r\n";

    private string Size(long bytes) => bytes < 1L << 30
        ? string.Create(_culture, $"{bytes / (double)(1L << 20):#,0.#} MB")
        : string.Create(_culture, $"{bytes / (double)(1L << 30):#,0.##} GB");

    private string Of(string name, params object[] values) =>
        string.Format(_culture, Resources.GetString(name, _culture) ?? throw new MissingManifestResourceException(name), values);
}
