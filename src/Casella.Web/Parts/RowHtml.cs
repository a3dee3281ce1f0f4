using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Casella.Core.Mailboxes;
using Casella.Web.Desk;
using Casella.Web.Searching;
using Microsoft.AspNetCore.Components;

namespace Casella.Web.Parts;

/// <summary>
/// What stands in a row of the list, as one piece of HTML: a window of forty rows is drawn at every jump, and the browser
/// reads a text faster than it is told of each element and attribute. Everything that comes from a mail goes through
/// <see cref="Write"/> or <see cref="WriteMarked"/>.
/// </summary>
internal sealed class RowHtml(Visit visit)
{
    private readonly MarkupString _acts = ActsOf(visit.Words, isFlagged: false);
    private readonly MarkupString _actsOfFlagged = ActsOf(visit.Words, isFlagged: true);
    private readonly string _answered = Sign("reply", visit.Words["Answered"]);
    private readonly string _hasAttachments = Sign("clip", visit.Words["HasAttachments"]);

    // Rows are made one after the other, on the page's own thread of events.
    private readonly StringBuilder _html = new();

    /// <summary>Before each row. What all rows share is a piece of its own: of forty copies an idle page was a tenth larger.</summary>
    public MarkupString Tick { get; } =
        new($"<span class=\"row-tick\" role=\"gridcell\"><button type=\"button\" class=\"tick\" data-tick tabindex=\"-1\" aria-label=\"{Encoded(visit.Words["Select"])}\"></button></span>");

    /// <summary>Behind each row.</summary>
    public MarkupString Acts(ListedMail row) => row.IsFlagged ? _actsOfFlagged : _acts;

    /// <param name="marked">Words that are looked for, to be marked where they stand.</param>
    public MarkupString Inside(ListedMail row, bool showsRecipients, MailboxTree tree, IReadOnlyList<string> marked)
    {
        var words = visit.Words;
        _html.Clear().Append("<span class=\"row-main\" role=\"gridcell\"><span class=\"row-who\">");
        if (row.Messages > 1)
            Write("<span class=\"row-count\" title=\"", words.Count("ConversationOf", row.Messages), "\">").Append(row.Messages.ToString(CultureInfo.InvariantCulture)).Append("</span>");
        WriteMarked(showsRecipients ? words["ToWhom", row.Line.To] : row.Line.From.Length > 0 ? row.Line.From : words["NoSender"], marked).Append("</span>");
        if (row.IsAnswered || row.Line.HasAttachments)
            _html.Append("<span class=\"row-marks\">").Append(row.IsAnswered ? _answered : "").Append(row.Line.HasAttachments ? _hasAttachments : "").Append("</span>");
        Write("<time class=\"row-time\">", words.ShortTime(DateTimeOffset.FromUnixTimeSeconds(row.Placement.ReceivedAt), visit.Now, visit.Zone), "</time><span class=\"row-subject\">");
        if (row.Folder is { } folder)
            Write("<span class=\"row-folder\">", FolderWords.NameOf(folder, tree, words), "</span>");
        WriteMarked(row.Line.Subject.Length > 0 ? row.Line.Subject : words["NoSubject"], marked).Append("</span><span class=\"row-preview\">");
        WriteMarked(row.Line.Preview, marked).Append("</span></span>");
        return new MarkupString(_html.ToString());
    }

    private StringBuilder Write(string before, string text, string after) => _html.Append(before).Append(Encoded(text)).Append(after);

    /// <summary>The marks are put between pieces that are encoded each: nothing that is looked for can become a tag.</summary>
    private StringBuilder WriteMarked(string text, IReadOnlyList<string> marked)
    {
        var at = 0;
        while (FoundWord.Next(text, at, marked) is { } found)
        {
            _html.Append(Encoded(text[at..found.Start]));
            Write("<mark>", text[found.Start..found.End], "</mark>");
            at = found.End;
        }

        return _html.Append(Encoded(text[at..]));
    }

    private static MarkupString ActsOf(Words words, bool isFlagged) => new(
        $"<span class=\"row-acts\" role=\"gridcell\"><button type=\"button\" class=\"star\" data-row-act=\"star\" tabindex=\"-1\" aria-pressed=\"{(isFlagged ? "true" : "false")}\" aria-label=\"{Encoded(words["Star"])}\"></button>"
        + $"{Act("archive", words["Archive"])}{Act("delete", words["Delete"])}</span>");

    private static string Act(string what, string name) =>
        $"<button type=\"button\" class=\"row-act\" data-row-act=\"{what}\" tabindex=\"-1\" aria-label=\"{Encoded(name)}\" title=\"{Encoded(name)}\"></button>";

    private static string Sign(string sign, string name) =>
        $"<span class=\"row-mark\" data-sign=\"{sign}\" role=\"img\" aria-label=\"{Encoded(name)}\" title=\"{Encoded(name)}\"></span>";

    private static string Encoded(string text) => HtmlEncoder.Default.Encode(text);
}
