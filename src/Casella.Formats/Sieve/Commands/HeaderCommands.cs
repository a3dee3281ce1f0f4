using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Matching;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Commands;

/// <summary>addheader (RFC 5293 §4).</summary>
internal sealed class AddHeader(int line, bool last, SieveText name, SieveText value) : SieveCommand(line)
{
    /// <summary>
    /// Who has carried the message and what others have found of it is nobody's to write (RFC 5293 §6: passed over).
    /// </summary>
    private static readonly string[] Protected = ["Received", "Return-Path", "Auto-Submitted", "Authentication-Results", "Original-Subject", "Original-From"];

    public static SieveCommand Read(Arguments arguments)
    {
        var last = arguments.Flag(":last");
        return new AddHeader(arguments.Line, last, HeaderCommandName.Read(arguments), arguments.NextText());
    }

    public override Flow Execute(SieveRun run)
    {
        var (field, text) = (HeaderCommandName.Check(run, name.Expand(run)), value.Expand(run));
        if (Protected.Contains(field, StringComparer.OrdinalIgnoreCase))
            return Flow.Next;
        run.Spend(run.Message.Fields.Count);
        run.Message.Insert(WrittenField.Of(run, field, text), last);
        return Flow.Next;
    }
}

/// <summary>deleteheader (RFC 5293 §5).</summary>
internal sealed class DeleteHeader(int line, Matcher matcher, FieldIndex index, SieveText name, IReadOnlyList<SieveText>? patterns) : SieveCommand(line)
{
    private static readonly string[] Protected = ["Received", "Return-Path", "Auto-Submitted", "Original-Subject", "Original-From"];

    public static SieveCommand Read(Arguments arguments)
    {
        var (matcher, index) = (Matcher.Read(arguments), FieldIndex.Read(arguments, capability: null));
        var name = HeaderCommandName.Read(arguments);
        return new DeleteHeader(arguments.Line, matcher, index, name, arguments.PositionalCount > 0 ? TestTexts.ReadKeys(arguments, matcher) : null);
    }

    public override Flow Execute(SieveRun run)
    {
        var field = HeaderCommandName.Check(run, name.Expand(run));
        if (Protected.Contains(field, StringComparer.OrdinalIgnoreCase))
            return Flow.Next;
        // The fields are looked through, and laid out anew.
        run.Spend(run.Message.Fields.Count * 20L);
        foreach (var found in index.Select(run.Message.Named(field)).ToList())
            if (patterns is null || matcher.Any(run, [found.Text], patterns))
                run.Message.Remove(found);
        return Flow.Next;
    }
}

/// <summary>The field that the two change: a name that is none is a mistake (RFC 5293 §4, §5).</summary>
internal static class HeaderCommandName
{
    public static SieveText Read(Arguments arguments)
    {
        var name = arguments.NextText();
        return !name.IsConstant || FieldNames.IsValid(name.Source) ? name : throw arguments.Fault("BadFieldName", name.Source);
    }

    public static string Check(SieveRun run, string name) => FieldNames.IsValid(name) && name.Length < 100 ? name : throw run.Fault("BadFieldName", name);
}
