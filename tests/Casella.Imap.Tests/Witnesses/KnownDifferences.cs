using System.Text.RegularExpressions;

namespace Casella.Imap.Tests.Witnesses;

/// <summary>
/// Where Dovecot says something else, and why we stay with what we say. Some are the same everywhere and are taken out of
/// both answers; the others belong to certain messages.
/// </summary>
internal static partial class KnownDifferences
{
    /// <summary>The beginning of a message's name, and the reason.</summary>
    private static readonly (string Name, string Reason)[] OfMessages =
    [
        ("charset iso-2022-jp raw", "a parenthesis that is never closed is a character to us; Dovecot gives the address up"),
        ("address 14", "a semicolon between addresses parts them, as programs mean it that write one"),
        ("address 15", "the same"),
        ("address 17", "nothing between two commas is no address"),
        ("address 18", "the same"),
        ("address 21", "a source route says nothing any more (RFC 5322 §4.4)"),
        ("address 22", "the same"),
        ("address 31", "an angle that is never closed is closed by the end of the field"),
        ("address 32", "an angle that was never opened closes nothing"),
        ("address 34", "a quote that is never closed is a character: the address behind it can be answered"),
        ("address 35", "the same"),
        ("address 52", "a name with an @ in it is a name when an address follows"),
        ("address 58", "a backslash is a character of the name"),
        ("address 67", "brackets are characters of the name"),
        ("address 70", "a parenthesis that is never closed is a character"),
        ("address nested comments", "an address without a name is shown with its comment"),
        ("address two froms", "the first From counts; DMARC refuses such a message from outside"),
        ("field 9 ", "the first Subject counts; Dovecot takes the last"),
        ("field 32 ", "white space around a folded value is not of it"),
        ("content-type 2 ", "a type that cannot be read is text/plain (RFC 2045 §5.2)"),
        ("content-type 3 ", "the same"),
        ("content-type 4 ", "the same"),
        ("content-type 5 ", "the same"),
        ("content-type 6 ", "the same"),
        ("content-type 12 ", "a parameter without a name is none"),
        ("content-type 14 ", "what follows the subtype without a semicolon is passed over, the type is kept"),
        ("content-type 15 ", "the same"),
        ("content-type 22 ", "a quote that is never closed ends with the field"),
        ("content-type 24 ", "a file's name with blanks and without quotes is kept whole"),
        ("content-type 26 ", "the same with a slash"),
        ("content-type 40 ", "as 14"),
        ("content-type 43 ", "as 2"),
        ("content-type 46 ", "as 2"),
        ("content field 2 ", "an encoding in quotes is meant"),
        ("content field 5 ", "the last of two encodings counts, as in MimeKit, which decodes"),
        ("content field 10 ", "a disposition without a type is none"),
        ("content field 11 ", "the same"),
        ("content field 21 ", "a comment in Content-Language is told as it stands"),
        ("boundary '()", "a boundary with parentheses needs quotes; both take a part of it"),
        ("boundary b (", "the reader takes a comment behind a boundary for a part of it"),
        ("boundary \"b \"", "a boundary does not end with a blank (RFC 2046 §5.1.1)"),
        ("boundary bbbbbbbb", "Dovecot sees a part behind the last boundary"),
        ("boundary never used", "a multipart without parts is text: no client can show one without"),
        ("boundary missing", "the same"),
        ("boundary no preamble line", "the same: the boundary stands in the header"),
        ("boundary closed at once", "the same"),
        ("boundary longer line", "a line that only begins as the boundary is none"),
        ("boundary text after", "the same"),
        ("nested base64 rfc822", "a message is never encoded in base64 (RFC 2046 §5.2.1): what it is inside, nobody has looked"),
        ("nested global", "message/global has an envelope (RFC 9051 §9 media-message)"),
        ("nested rfc822 with parts", "the line end before a boundary is the boundary's (RFC 2046 §5.1.1), also behind a message"),
        ("nested rfc822 cut", "the same"),
    ];

    public static string? ReasonOf(UglyMail mail) =>
        OfMessages.FirstOrDefault(one => mail.Name.StartsWith(one.Name, StringComparison.Ordinal)).Reason;

    /// <summary>The names of those that no message has.</summary>
    public static IEnumerable<string> Unused(IEnumerable<UglyMail> different) =>
        OfMessages.Where(one => !different.Any(mail => mail.Name.StartsWith(one.Name, StringComparison.Ordinal))).Select(one => one.Name);

    /// <summary>An answer without what the two always say differently.</summary>
    public static string Common(ImapNode answer)
    {
        var text = answer.ToString().ToUpperInvariant();
        // Dovecot's words for what is missing; ours is nothing.
        text = Placeholder().Replace(text, "\"\"");
        // RFC 2045 §5.2 has a default for text/plain alone; Dovecot tells it for all of text, and beside other parameters.
        text = Charset().Replace(text, "");
        text = text.Replace("()", "NIL", StringComparison.Ordinal);
        // A last line without its end is a line to us.
        text = Lines().Replace(text, "${part} LINES");
        text = MessageLines().Replace(text, ") LINES${rest}");
        // A name in raw UTF-8 is told in the form of RFC 2231, which both have for those that came in it.
        text = Extended().Replace(text, "\"NAME\" \"…\"");
        return Blanks().Replace(text, " ");
    }

    [GeneratedRegex("\"(?:MISSING_MAILBOX|MISSING_DOMAIN|SYNTAX_ERROR)\"", RegexOptions.None, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Placeholder();

    [GeneratedRegex(" ?\"CHARSET\" \"US-ASCII\"", RegexOptions.None, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Charset();

    [GeneratedRegex("(?<part>\"TEXT\" \"[^\"]*\" (?:NIL|\\([^()]*\\)) (?:NIL|\"[^\"]*\") (?:NIL|\"[^\"]*\") \"[^\"]*\" \"[0-9]+\") \"[0-9]+\"", RegexOptions.None, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Lines();

    [GeneratedRegex("\\) \"[0-9]+\"(?<rest> NIL NIL NIL NIL\\))", RegexOptions.None, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex MessageLines();

    [GeneratedRegex("\"(?:FILE)?NAME\\*?\" \"(?:UTF-8''[^\"]*|[^\"]*[^\\x00-\\x7F][^\"]*|BAD)\"", RegexOptions.None, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Extended();

    [GeneratedRegex("[ \\t]+", RegexOptions.None, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Blanks();
}
