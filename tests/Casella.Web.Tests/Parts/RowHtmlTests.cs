using System.Reflection;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using AwesomeAssertions;
using Casella.Core;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Web.Desk;
using Casella.Web.Parts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Casella.Web.Tests.Parts;

/// <summary>
/// Rows are one hand-made piece of HTML: whatever a stranger writes into any field that reaches it stays text. Fields are
/// found by reflection, so one that is added is attacked from its first day.
/// </summary>
public sealed class RowHtmlTests
{
    private static readonly string[] Hostile =
    [
        "<script>alert(1)</script>", "</span><img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "' onmouseover='alert(1)", "\" onfocus=\"alert(1)\" autofocus=\"",
        "<!--", "--><b>", "]]>", "<![CDATA[<b>]]>", "</time></span></div></div><form action=//evil.test>", "<style>*{display:none}</style>", "<base href=//evil.test>",
        "<meta http-equiv=refresh content=0>", "<iframe srcdoc='<script>'>", "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<a href=javascript:alert(1)>x</a>", "&lt;script&gt;", "&#60;script&#62;", "&amp;lt;b&amp;gt;", "&", "<", ">", "\"", "'", "`", "=", "\0<b>", "<\0b>", "\u2028<b>", "\ud800<b>", "<b\ud800>",
        "\ufeff<b>", "＜script＞", "<mark>", "</mark><script>", "{0}", "{{0}}", "%s", "ß", "İ", "<textarea>", "<plaintext>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "data-row-act=\"delete\"", "<button data-act=delete>", "<div class=row data-k=1.1>", "\r\n<b>", "\t<b>", "<b><i><u>" + new string('<', 500), new string('&', 500),
    ];

    private static readonly IReadOnlyList<string>[] LookedFor =
        [[], ["<"], ["script", "<script>"], ["&"], ["lt"], ["\"", "'"], ["mark"], ["</mark>"], ["\u0301"], ["=", "on"]];

    private readonly Visit _visit;
    private readonly RowHtml _rows;

    public RowHtmlTests()
    {
        _visit = new Visit(new HttpContextAccessor(), new FakeTimeProvider());
        _rows = new RowHtml(_visit);
    }

    public static TheoryData<string> Fields =>
        [.. FieldsOf(typeof(MailLine)).Concat(FieldsOf(typeof(ListedMail))).Select(one => one.Name)];

    [Fact]
    public void The_fields_are_those_that_are_known() => Fields.Select(one => one.Data).Should().Equal("From", "To", "Subject", "Preview", "Folder");

    [Theory]
    [MemberData(nameof(Fields))]
    public void Whatever_stands_in_a_field_stays_text(string field)
    {
        foreach (var isFull in (bool[])[false, true])
        {
            var shape = Shape(Parse(Html(field, "Niente", [], isFull)));
            foreach (var text in Hostile)
                foreach (var marked in isFull ? LookedFor : LookedFor[..1])
                    CheckRow(Parse(Html(field, text, marked, isFull)), text, shape);
        }
    }

    [Fact]
    public void A_folder_that_a_stranger_has_named_stays_text()
    {
        foreach (var text in Hostile)
        {
            if (!MailboxName.TryParse(text, out var name))
                continue;
            var folder = new MailboxInfo(new MailboxId(7), name, SpecialUse.None, IsSelectable: true, 1, new Uid(1), default, 0, 0, 0, 0);
            var tree = new MailboxTree([folder], new HashSet<string>(StringComparer.Ordinal));

            var html = _rows.Inside(Row(isFull: true) with { Folder = name.Value }, showsRecipients: false, tree, []).Value;

            Parse(html).QuerySelector(".row-folder")!.TextContent.Should().Be(Shown(FolderWords.NameOf(folder, _visit.Words)));
        }
    }

    [Fact]
    public void What_is_looked_for_is_marked_where_it_stands()
    {
        var row = Row(isFull: false) with { Line = new MailLine("Perché <no>", "", "Il perche' di tutto", "niente", HasAttachments: false, HasHtml: false) };

        var body = Parse(_rows.Inside(row, showsRecipients: false, NoTree, ["PERCHE"]).Value);

        body.QuerySelectorAll("mark").Select(mark => mark.TextContent).Should().Equal("Perché", "perche");
        body.QuerySelector(".row-who")!.TextContent.Should().Be("Perché <no>");
    }

    private static MailboxTree NoTree => new([], new HashSet<string>(StringComparer.Ordinal));

    private string Html(string field, string text, IReadOnlyList<string> marked, bool isFull) =>
        _rows.Inside(With(Row(isFull), field, text), showsRecipients: field is nameof(MailLine.To), NoTree, marked).Value;

    /// <summary>The same elements with the same attributes; and what was written can be read, letter by letter.</summary>
    private static void CheckRow(IElement body, string text, List<string> shape)
    {
        body.QuerySelectorAll("mark").SelectMany(mark => mark.Attributes).Should().BeEmpty();
        Shape(body).Should().Equal(shape, "of {0}", text);
        body.TextContent.Should().Contain(Shown(text));
    }

    /// <summary>All elements but the marks, each with its attributes, in order.</summary>
    private static List<string> Shape(IElement body) =>
        [
            .. from element in body.QuerySelectorAll("*")
            where element.LocalName is not "mark"
            select $"{element.LocalName} {string.Join(' ', element.Attributes.Select(attribute => $"{attribute.Name}={attribute.Value}"))}",
        ];

    private static IElement Parse(string html) => new HtmlParser().ParseDocument($"<!DOCTYPE html><body>{html}").Body!;

    /// <summary>What a browser shows of it: half a character and the end of a C string have no shape of their own.</summary>
    private static string Shown(string text) => string.Concat(text.Select(c => char.IsSurrogate(c) || c is '\0' ? '\ufffd' : c == '\r' ? '\n' : c)).Replace("\n\n", "\n", StringComparison.Ordinal);

    private static ListedMail Row(bool isFull) => new(
        0, new MailKey(new MailboxId(1), new Uid(1)),
        new Placement(new Uid(1), new EmailId(1), isFull ? MessageFlags.Flagged | MessageFlags.Answered : MessageFlags.None, default, 100, 1_700_000_000, 1_700_000_000, 0),
        new MailLine("Marco", "Anna", "Preventivo", "Quanto costa", HasAttachments: isFull, HasHtml: isFull), isFull ? "Turni" : null)
    { Messages = isFull ? 3 : 1 };

    private static ListedMail With(ListedMail row, string field, string text)
    {
        object line = row.Line with { };
        if (typeof(MailLine).GetProperty(field) is { } ofLine)
        {
            ofLine.SetValue(line, text);
            return row with { Line = (MailLine)line };
        }

        object changed = row with { };
        typeof(ListedMail).GetProperty(field)!.SetValue(changed, text);
        return (ListedMail)changed;
    }

    private static IEnumerable<PropertyInfo> FieldsOf(Type type) => type.GetProperties().Where(property => property.PropertyType == typeof(string));
}
