using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Casella.Formats.Reports.Aggregates;

/// <summary>
/// A DMARC report as XML (RFC 7489 Appendix C). What is read comes from anybody: no DTD, nothing from outside, bounded
/// in size, depth and rows, and what is missing or odd in a row does not lose the others.
/// </summary>
public static class DmarcReportXml
{
    /// <summary>Rows that are read; large senders' reports on large domains have a tenth.</summary>
    public const int MaxRows = 50_000;

    /// <summary>Depth of elements: the schema needs five.</summary>
    private const int MaxDepth = 16;

    /// <summary>Characters of one value that are kept.</summary>
    private const int MaxText = 255;

    public static byte[] Compose(DmarcReport report)
    {
        var (source, policy) = (report.Source, report.Policy);
        var feedback = new XElement(
            "feedback",
            new XElement("version", "1.0"),
            new XElement(
                "report_metadata",
                new XElement("org_name", source.Organization),
                new XElement("email", source.Contact),
                new XElement("report_id", source.ReportId),
                new XElement(
                    "date_range", new XElement("begin", source.Begin.ToUnixTimeSeconds()), new XElement("end", source.End.ToUnixTimeSeconds()))),
            new XElement(
                "policy_published",
                new XElement("domain", policy.Domain),
                new XElement("adkim", policy.DkimAlignment),
                new XElement("aspf", policy.SpfAlignment),
                new XElement("p", policy.Policy),
                new XElement("sp", policy.Subdomains),
                new XElement("pct", policy.Percent),
                new XElement("fo", "0")),
            report.Rows.Select(Record));
        using var output = new MemoryStream();
        using (var writer = XmlWriter.Create(output, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, CheckCharacters = true }))
            feedback.WriteTo(writer);
        return output.ToArray();
    }

    /// <summary>Null for what is no DMARC report.</summary>
    /// <param name="xml">Read at most to the end of the report.</param>
    public static DmarcReport? Read(Stream xml)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,     // no entities, so none that grow
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
            MaxCharactersInDocument = ReportAttachment.MaxUnpacked,
        };
        try
        {
            using var reader = XmlReader.Create(xml, settings);
            return Read(reader);
        }
        catch (Exception wrong) when (wrong is XmlException or InvalidDataException or FormatException or OverflowException or ArgumentException)
        {
            return null;
        }
    }

    private static XElement Record(DmarcReportRow row)
    {
        var facts = row.Facts;
        return new XElement(
            "record",
            new XElement(
                "row",
                new XElement("source_ip", facts.Client),
                new XElement("count", row.Count),
                new XElement(
                    "policy_evaluated",
                    new XElement("disposition", facts.Disposition),
                    new XElement("dkim", facts.IsDkimAligned ? "pass" : "fail"),
                    new XElement("spf", facts.IsSpfAligned ? "pass" : "fail"),
                    facts.Reason is { } reason ? new XElement("reason", new XElement("type", reason)) : null)),
            new XElement(
                "identifiers", new XElement("envelope_from", facts.EnvelopeFrom), new XElement("header_from", facts.HeaderFrom)),
            new XElement(
                "auth_results",
                facts.Dkim.Select(one => new XElement(
                    "dkim", new XElement("domain", one.Domain), new XElement("selector", one.Selector), new XElement("result", one.Result))),
                facts.Spf is { } spf
                    ? new XElement("spf", new XElement("domain", spf.Domain), new XElement("scope", spf.Scope), new XElement("result", spf.Result))
                    : null));
    }

    /// <summary>Element by element, so that a row is all that is in memory of what is too much.</summary>
    private static DmarcReport? Read(XmlReader reader)
    {
        XElement? metadata = null, policy = null;
        var rows = new List<DmarcReportRow>();
        if (reader.MoveToContent() is not XmlNodeType.Element || reader.LocalName is not "feedback")
            return null;
        reader.Read();
        while (!reader.EOF)
        {
            if (reader.NodeType is not XmlNodeType.Element)
            {
                reader.Read();
                continue;
            }

            var element = ReadElement(reader);
            switch (element.Name.LocalName)
            {
                case "report_metadata": metadata ??= element; break;
                case "policy_published": policy ??= element; break;
                case "record" when rows.Count < MaxRows:
                    if (Row(element) is { } row)
                        rows.Add(row);
                    break;
            }
        }

        return metadata is null || policy is null || Source(metadata) is not { } source || Text(policy, "domain").Length == 0
            ? null
            : new DmarcReport(source, Policy(policy), rows);
    }

    /// <summary>One element with what is in it, namespaces forgotten: reports are written with and without.</summary>
    /// <exception cref="XmlException">It is deeper than any report.</exception>
    private static XElement ReadElement(XmlReader reader)
    {
        var top = new XElement(reader.LocalName);
        var (current, depth, isWhole) = (top, 0, reader.IsEmptyElement);
        reader.Read();
        while (!isWhole)
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (++depth > MaxDepth)
                        throw new XmlException("the report is too deep");
                    var child = new XElement(reader.LocalName);
                    current.Add(child);
                    if (reader.IsEmptyElement)
                        depth--;
                    else
                        current = child;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    current.Add(new XText(reader.Value));
                    break;
                case XmlNodeType.EndElement when current == top:
                    isWhole = true;
                    break;
                case XmlNodeType.EndElement:
                    (current, depth) = (current.Parent!, depth - 1);
                    break;
            }

            if (!reader.Read() && !isWhole)
                throw new XmlException("the report has no end");
        }

        return top;
    }

    private static ReportSource? Source(XElement metadata)
    {
        var range = metadata.Element("date_range");
        return range is not null && Number(range, "begin") is > 0 and var begin && Number(range, "end") is var end && end >= begin
            && end <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
                ? new ReportSource(
                    Text(metadata, "org_name"), Text(metadata, "email"), Text(metadata, "report_id"),
                    DateTimeOffset.FromUnixTimeSeconds(begin), DateTimeOffset.FromUnixTimeSeconds(end))
                : null;
    }

    private static DmarcPublishedPolicy Policy(XElement policy) => new(
        Text(policy, "domain").ToLowerInvariant(), Text(policy, "adkim"), Text(policy, "aspf"), Text(policy, "p"), Text(policy, "sp"),
        (int)Math.Clamp(policy.Element("pct") is null ? 100 : Number(policy, "pct"), 0, 100));

    private static DmarcReportRow? Row(XElement record)
    {
        if (record.Element("row") is not { } row || row.Element("policy_evaluated") is not { } evaluated || Number(row, "count") is var count && count <= 0)
            return null;
        var identifiers = record.Element("identifiers");
        var results = record.Element("auth_results");
        var spf = results?.Element("spf");
        return new DmarcReportRow(
            new DmarcFacts(
                Text(row, "source_ip"), Text(evaluated, "disposition"), IsPass(evaluated, "dkim"), IsPass(evaluated, "spf"),
                evaluated.Element("reason") is { } reason ? Text(reason, "type") : null,
                identifiers is null ? "" : Text(identifiers, "envelope_from"), identifiers is null ? "" : Text(identifiers, "header_from"),
                [.. (results?.Elements("dkim") ?? []).Take(10).Select(one => new DkimFacts(Text(one, "domain"), Text(one, "selector"), Text(one, "result")))],
                spf is null ? null : new SpfFactsLine(Text(spf, "domain"), Text(spf, "scope"), Text(spf, "result"))),
            count);
    }

    private static bool IsPass(XElement element, string name) => string.Equals(Text(element, name), "pass", StringComparison.OrdinalIgnoreCase);

    /// <summary>One line, without what would play with a terminal.</summary>
    private static string Text(XElement element, string name) => ReportAttachment.Line(element.Element(name)?.Value, MaxText);

    private static long Number(XElement element, string name) =>
        long.TryParse(Text(element, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
