using System.Net;
using Casella.Formats.Mime;

namespace Casella.Web.Reading;

/// <summary>
/// What stands above a mail's HTML where it is printed: subject, people, date. The page has the policy of the frame, so
/// nothing on it can open the printer by itself; a line that is not printed says how.
/// </summary>
internal static class PrintHead
{
    private const string Style =
        ".casella-print{margin:0 0 16px;padding:0 0 12px;border-bottom:1px solid #999}.casella-print h1{font-size:20px;margin:0 0 8px}.casella-print p{margin:0}"
        + ".casella-hint{background:#e3eef6;color:#17527a;padding:8px 12px;border-radius:8px;margin:8px 0 16px!important}@media print{.casella-hint{display:none}}";

    public static string Above(string document, StoredMail mail, Words words, TimeZoneInfo zone)
    {
        const string Body = "<body>";
        string[] lines =
        [
            Line(words["FromField"], People(mail.Envelope.From)),
            Line(words["ToField"], People(mail.Envelope.To)),
            Line(words["Cc"], People(mail.Envelope.Cc)),
            mail.Facts?.SentAt is { } at ? Line(words["PrintDate"], words.LongTime(at, zone)) : "",
        ];
        var head = $"<style>{Style}</style><p class=\"casella-hint\">{WebUtility.HtmlEncode(words["PrintHint"])}</p>"
            + $"<div class=\"casella-print\"><h1>{WebUtility.HtmlEncode(mail.Subject.Length > 0 ? mail.Subject : words["NoSubject"])}</h1>{string.Concat(lines)}</div>";
        return document.Insert(document.IndexOf(Body, StringComparison.Ordinal) + Body.Length, head);
    }

    private static string Line(string name, string value) => value.Length == 0 ? "" : $"<p>{WebUtility.HtmlEncode(name)}: {WebUtility.HtmlEncode(value)}</p>";

    private static string People(IReadOnlyList<EnvelopeAddress> addresses) =>
        string.Join(", ", Correspondent.Of(addresses).Select(one => one.Name.Length > 0 ? $"{one.Name} <{one.Address}>" : one.Address));
}
