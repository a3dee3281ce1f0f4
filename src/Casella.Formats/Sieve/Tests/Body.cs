using System.Text;
using Casella.Formats.Mime;
using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Matching;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>body (RFC 5173): texts of the message, as they are read, or as they were sent.</summary>
internal sealed class Body(int line, Matcher matcher, string transform, IReadOnlyList<SieveText> types, IReadOnlyList<SieveText> keys) : SieveTest(line)
{
    public static SieveTest Read(Arguments arguments)
    {
        var matcher = Matcher.Read(arguments);
        var types = arguments.Texts(":content");
        var plain = arguments.OneOf([(":raw", null), (":text", null)]);
        if (types is not null && plain is not null)
            throw arguments.Fault("TagsExclude", ":content", plain);
        var transform = types is null ? plain ?? ":text" : ":content";
        return new Body(arguments.Line, matcher, transform, types ?? [], TestTexts.ReadKeys(arguments, matcher));
    }

    // RFC 5173 §6: what a pattern has matched in a body is nobody's variable.
    public override bool Evaluate(SieveRun run) => matcher.Any(run, Texts(run), keys, setsVariables: false);

    private IEnumerable<string> Texts(SieveRun run)
    {
        var root = run.Message.CurrentPart ?? run.Message.Structure;
        if (transform is ":raw")
            return [RawText(run, root)];
        if (transform is ":text")
            return MimeParts.WithChildren(root).Where(PartFields.IsText).Select(part => Paid(run, TextOf(run, part)));
        var wanted = types.Select(type => type.Expand(run)).ToList();
        return MimeParts.WithChildren(root).Where(part => wanted.Exists(type => IsOfType(part, type))).SelectMany(part => Content(run, part));
    }

    private static string Paid(SieveRun run, string text)
    {
        run.Spend(text.Length / 16);
        return text;
    }

    private static string TextOf(SieveRun run, BodyPart part) => DecodedText.Text(part, run.Message.RawBody(part), htmlToText: true);

    private static string RawText(SieveRun run, BodyPart part) => Paid(run, Encoding.UTF8.GetString(run.Message.RawBody(part).Span));

    /// <summary>RFC 5173 §5.2: containers are what they say around their parts.</summary>
    private static IEnumerable<string> Content(SieveRun run, BodyPart part)
    {
        switch (part.Kind)
        {
            case PartKind.Multipart:
                yield return Around(run, part, prologue: true);
                yield return Around(run, part, prologue: false);
                break;
            case PartKind.Message:
                var inner = part.Children[0];
                var header = run.Message.RawBody(inner with { BodyOffset = inner.HeaderOffset, BodySize = inner.BodyOffset - inner.HeaderOffset });
                yield return Paid(run, Encoding.UTF8.GetString(header.Span));
                break;
            default:
                yield return Paid(run, Decoded(run, part));
                break;
        }
    }

    private static string Decoded(SieveRun run, BodyPart part)
    {
        var raw = run.Message.RawBody(part);
        if (PartFields.IsText(part))
            return DecodedText.Text(part, raw, htmlToText: false);
        return DecodedText.Decoder(part) is null ? Encoding.UTF8.GetString(raw.Span) : Encoding.UTF8.GetString(DecodedText.Bytes(part, raw));
    }

    /// <summary>What stands before the first and behind the last boundary line.</summary>
    private static string Around(SieveRun run, BodyPart part, bool prologue)
    {
        var raw = Encoding.Latin1.GetString(run.Message.RawBody(part).Span);
        run.Spend(raw.Length / 16);
        var boundary = "--" + Encoding.Latin1.GetString((PartFields.Find(part.Parameters, "boundary") ?? default).Span);
        if (prologue)
        {
            var begin = raw.StartsWith(boundary, StringComparison.Ordinal) ? 0 : raw.IndexOf("\n" + boundary, StringComparison.Ordinal) + 1;
            return raw[..begin];
        }

        var close = raw.LastIndexOf("\n" + boundary + "--", StringComparison.Ordinal);
        var end = close < 0 ? -1 : raw.IndexOf('\n', close + 1);
        return end < 0 ? "" : raw[(end + 1)..];
    }

    private static bool IsOfType(BodyPart part, string wanted)
    {
        if (wanted.Length == 0)
            return true;
        var slash = wanted.IndexOf('/', StringComparison.Ordinal);
        var type = Encoding.ASCII.GetString(part.MediaType.Span);
        if (slash < 0)
            return type.Equals(wanted, StringComparison.OrdinalIgnoreCase);
        // One that begins or ends with a slash, or has several, is of nothing.
        return $"{type}/{Encoding.ASCII.GetString(part.MediaSubtype.Span)}".Equals(wanted, StringComparison.OrdinalIgnoreCase);
    }
}
