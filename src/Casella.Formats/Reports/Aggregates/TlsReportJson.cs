using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Casella.Formats.Reports.Aggregates;

/// <summary>A TLS report as JSON (RFC 8460 §4.4). What is read comes from anybody: bounded in size, depth and lines.</summary>
public static class TlsReportJson
{
    /// <summary>Policies and failures that are read.</summary>
    private const int MaxItems = 10_000;

    private const int MaxText = 255;

    public static byte[] Compose(TlsReport report)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.Default }))
        {
            json.WriteStartObject();
            json.WriteString("organization-name", report.Source.Organization);
            json.WriteStartObject("date-range");
            json.WriteString("start-datetime", Time(report.Source.Begin));
            // The day is whole: the last second of it, as everybody writes it.
            json.WriteString("end-datetime", Time(report.Source.End.AddSeconds(-1)));
            json.WriteEndObject();
            json.WriteString("contact-info", report.Source.Contact);
            json.WriteString("report-id", report.Source.ReportId);
            json.WriteStartArray("policies");
            foreach (var policy in report.Policies)
                Write(json, policy);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return output.ToArray();
    }

    /// <summary>Null for what is no TLS report.</summary>
    public static TlsReport? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            // Some write the three octets of a byte order mark.
            var start = json.Span.StartsWith("\uFEFF"u8) ? 3 : 0;
            using var document = JsonDocument.Parse(json[start..], new JsonDocumentOptions { MaxDepth = 16 });
            var root = document.RootElement;
            if (root.ValueKind is not JsonValueKind.Object || !root.TryGetProperty("policies", out var policies)
                || policies.ValueKind is not JsonValueKind.Array || !root.TryGetProperty("date-range", out var range)
                || Time(range, "start-datetime") is not { } begin || Time(range, "end-datetime") is not { } end)
                return null;
            var source = new ReportSource(Text(root, "organization-name"), Text(root, "contact-info"), Text(root, "report-id"), begin, end);
            var read = policies.EnumerateArray().Take(MaxItems).Select(Policy).OfType<TlsPolicyResult>().ToList();
            return read.Count > 0 ? new TlsReport(source, read) : null;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void Write(Utf8JsonWriter json, TlsPolicyResult result)
    {
        json.WriteStartObject();
        json.WriteStartObject("policy");
        json.WriteString("policy-type", result.Policy.Kind);
        if (result.Policy.Lines.Count > 0)
            Write(json, "policy-string", result.Policy.Lines);
        json.WriteString("policy-domain", result.Policy.Domain);
        if (result.Policy.Exchangers.Count > 0)
            Write(json, "mx-host", result.Policy.Exchangers);
        json.WriteEndObject();
        json.WriteStartObject("summary");
        json.WriteNumber("total-successful-session-count", result.Successes);
        json.WriteNumber("total-failure-session-count", result.Failures);
        json.WriteEndObject();
        if (result.Details.Count > 0)
        {
            json.WriteStartArray("failure-details");
            foreach (var (failure, count) in result.Details)
            {
                json.WriteStartObject();
                json.WriteString("result-type", failure.Result);
                Write(json, "receiving-mx-hostname", failure.Exchanger);
                Write(json, "receiving-mx-helo", failure.Hello);
                Write(json, "receiving-ip", failure.Address);
                json.WriteNumber("failed-session-count", count);
                Write(json, "failure-reason-code", failure.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> lines)
    {
        json.WriteStartArray(name);
        foreach (var line in lines)
            json.WriteStringValue(line);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0)
            json.WriteString(name, value);
    }

    private static TlsPolicyResult? Policy(JsonElement item)
    {
        if (item.ValueKind is not JsonValueKind.Object || !item.TryGetProperty("policy", out var policy) || policy.ValueKind is not JsonValueKind.Object
            || !item.TryGetProperty("summary", out var summary) || summary.ValueKind is not JsonValueKind.Object)
            return null;
        IReadOnlyList<TlsFailureCount> details = item.TryGetProperty("failure-details", out var failures) && failures.ValueKind is JsonValueKind.Array
            ? [.. failures.EnumerateArray().Take(MaxItems).Where(failure => failure.ValueKind is JsonValueKind.Object).Select(failure => new TlsFailureCount(
                new TlsFailure(
                    Text(failure, "result-type"), Text(failure, "receiving-mx-hostname"), Text(failure, "receiving-mx-helo"),
                    Text(failure, "receiving-ip"), Text(failure, "failure-reason-code")),
                Number(failure, "failed-session-count")))]
            : [];
        return new TlsPolicyResult(
            new TlsAppliedPolicy(Text(policy, "policy-type"), Lines(policy, "policy-string"), Text(policy, "policy-domain").ToLowerInvariant(), Lines(policy, "mx-host")),
            Number(summary, "total-successful-session-count"), Number(summary, "total-failure-session-count"), details);
    }

    /// <summary>An array; some write one string.</summary>
    private static IReadOnlyList<string> Lines(JsonElement element, string name) => !element.TryGetProperty(name, out var value) ? []
        : value.ValueKind is JsonValueKind.Array ? [.. value.EnumerateArray().Take(20).Where(line => line.ValueKind is JsonValueKind.String).Select(line => ReportAttachment.Line(line.GetString(), MaxText))]
        : value.ValueKind is JsonValueKind.String ? [ReportAttachment.Line(value.GetString(), MaxText)] : [];

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? ReportAttachment.Line(value.GetString(), MaxText) : "";

    private static long Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number) && number > 0 ? number : 0;

    private static DateTimeOffset? Time(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object
        && DateTimeOffset.TryParse(Text(element, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
