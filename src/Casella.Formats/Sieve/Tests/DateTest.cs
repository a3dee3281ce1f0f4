using Casella.Formats.Mime;
using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Matching;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>date (RFC 5260 §4): a piece of the date in a field.</summary>
internal sealed class DateTest(int line, Matcher matcher, DateSource source, SieveText part, IReadOnlyList<SieveText> keys) : SieveTest(line)
{
    public static SieveTest Read(Arguments arguments)
    {
        var (matcher, index) = (Matcher.Read(arguments), FieldIndex.Read(arguments));
        var zone = ZoneOption.Read(arguments, knowsOriginal: true);
        var source = new DateSource(arguments.NextText(), index, zone);
        var part = DatePart.Read(arguments);
        return new DateTest(arguments.Line, matcher, source, part, TestTexts.ReadKeys(arguments, matcher));
    }

    public override bool Evaluate(SieveRun run)
    {
        var field = source.Index.Select(run.Message.Named(source.Field.Expand(run))).FirstOrDefault();
        if (field is null || Read(field.Value.Span) is not { } date || part.Expand(run) is var name && !DatePart.IsKnown(name))
            return matcher.IsCount && matcher.Count(run, 0, keys);
        return matcher.Any(run, [DatePart.Of(name, source.Zone.Shift(run, date))], keys);
    }

    /// <summary>The whole field, or what follows its last semicolon (Received).</summary>
    private static DateTimeOffset? Read(ReadOnlySpan<byte> value)
    {
        var semicolon = value.LastIndexOf((byte)';');
        return MessageDate.TryParse(value[(semicolon + 1)..].Trim(" \t"u8), out var date) ? date : null;
    }
}

internal sealed record DateSource(SieveText Field, FieldIndex Index, ZoneOption Zone);
