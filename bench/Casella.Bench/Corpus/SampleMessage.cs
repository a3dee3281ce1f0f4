using System.Globalization;
using System.Text;

namespace Casella.Bench.Corpus;

/// <summary>
/// A lifelike message of an exact size, the same bytes for the same number, so that what was put in can be told from
/// what comes out without keeping a copy. Of ten messages one has an attachment, three are text and HTML, the rest
/// is plain text; half of the subjects need RFC 2047.
/// </summary>
internal static class SampleMessage
{
    /// <summary>Messages with this in the subject: number mod 100 is 7.</summary>
    public const string SubjectWord = "Preventivo";

    /// <summary>Messages with this in the text: number mod 100 is 13.</summary>
    public const string BodyWord = "zaffiro";

    /// <summary>Messages with this in the text, a word that nobody else uses: number mod 10,000 is 4,321.</summary>
    public const string RareWord = "crisoprasio";

    /// <summary>A word in the text of nearly all.</summary>
    public const string CommonWord = "Buongiorno";

    /// <summary>Part of the From of one message in seven.</summary>
    public const string Sender = "elena.riva@";

    private static readonly string[] Names =
        ["Giulia Ferrari", "Paolo Conti", "Mary O'Neill", "Luca Bianchi", "Anna Greco", "John Smith", "Elena Riva"];

    private static readonly string[] Subjects =
        ["Riunione di domani", "Invoice and delivery note", "Perché no? Più tardi", "Re: Orari della sede", "Minutes"];

    public static bool HasSubjectWord(int number) => number % 100 == 7;

    public static bool HasBodyWord(int number) => number % 100 == 13;

    public static bool HasRareWord(int number) => number % 10_000 == 4321;

    public static bool HasCommonWord(int number) => !HasBodyWord(number) && !HasRareWord(number);

    public static bool IsFromSender(int number) => number % Names.Length == 6;

    /// <summary>The flags a corpus message is appended with.</summary>
    public static string Flags(int number) => (number % 2, number % 50) switch
    {
        (0, 0) => @"\Seen \Flagged",
        (0, _) => @"\Seen",
        _ => "",
    };

    /// <summary>The Message-ID is all that tells two messages of equal text apart.</summary>
    public static string MessageId(int number, string run) =>
        string.Create(CultureInfo.InvariantCulture, $"<{number:D8}.{run}@bench.example.org>");

    /// <summary>
    /// Builds message <paramref name="number"/>; <paramref name="size"/> is exact and at least 2,048.
    /// </summary>
    /// <param name="author">Address in From; null for one of example.org.</param>
    public static byte[] Build(int number, int size, string run, string? author = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 2048);
        var (start, end, base64) = Parts(number, run, author);
        var message = new byte[size];
        var startLength = Encoding.UTF8.GetBytes(start, message);
        var endLength = Encoding.UTF8.GetByteCount(end);
        var room = message.AsSpan(startLength, size - startLength - endLength);
        if (base64)
            Filler.Base64(room, number);
        else
            Filler.Words(room, number);
        Encoding.UTF8.GetBytes(end, message.AsSpan(size - endLength));
        return message;
    }

    private static (string Start, string End, bool Base64) Parts(int number, string run, string? author)
    {
        var text = HasBodyWord(number) ? $"Il codice è {BodyWord}.\r\n"
            : HasRareWord(number) ? $"Il codice è {RareWord}.\r\n"
            : CommonWord + ",\r\n";
        return (number % 10) switch
        {
            0 => (Headers(number, run, author, "multipart/mixed; boundary=\"mixed\"")
                + "--mixed\r\n" + Alternative(text) + "--inner--\r\n"
                + "--mixed\r\nContent-Type: application/pdf; name=\"allegato.pdf\"\r\n"
                + "Content-Disposition: attachment; filename=\"allegato.pdf\"\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n",
                "--mixed--\r\n", true),
            3 or 6 or 9 => (Headers(number, run, author, "multipart/alternative; boundary=\"inner\"") + Both(text),
                "</p></body></html>\r\n--inner--\r\n", false),
            _ => (Headers(number, run, author, "text/plain; charset=utf-8; format=flowed")[..^2]
                + "Content-Transfer-Encoding: 8bit\r\n\r\n" + text,
                "", false),
        };
    }

    private static string Alternative(string text) =>
        "Content-Type: multipart/alternative; boundary=\"inner\"\r\n\r\n" + Both(text) + "</p></body></html>\r\n";

    private static string Both(string text) =>
        "--inner\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + text
        + "--inner\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + "<!DOCTYPE html>\r\n<html><body><p>" + text;

    private static string Headers(int number, string run, string? author, string contentType)
    {
        var from = Names[number % Names.Length];
        var to = Names[(number + 3) % Names.Length];
        var subject = Subjects[number % Subjects.Length] + (HasSubjectWord(number) ? " " + SubjectWord : "");
        var date = new DateTimeOffset(2025, 1, 1, 8, 0, 0, TimeSpan.FromHours(1)).AddMinutes(number * 7L % 500_000);
        var written = date.ToString("ddd, dd MMM yyyy HH:mm:ss +0100", CultureInfo.InvariantCulture);
        return $"""
            Received: from mx{number % 4}.example.org (mx{number % 4}.example.org [192.0.2.{number % 250}])
             by mail.example.test with ESMTPS id {number:X8}; {written}
            Message-ID: {MessageId(number, run)}
            In-Reply-To: {MessageId(number / 4, "thread")}
            References: {MessageId(number / 8, "thread")} {MessageId(number / 4, "thread")}
            Date: {written}
            From: {from} <{author ?? Mailbox(from) + "@example.org"}>
            To: {to} <{Mailbox(to)}@example.test>, Sede centrale <sede@example.test>
            Cc: archivio@example.test
            Subject: {EncodedWord(subject)}
            X-Mailer: Casella.Bench
            MIME-Version: 1.0
            Content-Type: {contentType}


            """.ReplaceLineEndings("\r\n");
    }

    private static string Mailbox(string name) =>
        name.Replace(' ', '.').Replace("'", "", StringComparison.Ordinal).ToLowerInvariant();

    // SubjectWord always falls on the subject with accents: a server that searches the raw header finds none of them.
    private static string EncodedWord(string subject) =>
        Ascii.IsValid(subject) ? subject : $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(subject))}?=";
}
