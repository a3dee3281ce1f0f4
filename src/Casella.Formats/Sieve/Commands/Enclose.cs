using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Commands;

/// <summary>enclose (RFC 5703 §6): the whole message as an attachment of a new one.</summary>
internal sealed class Enclose(int line, SieveText? subject, IReadOnlyList<SieveText> headers, SieveText text) : SieveCommand(line)
{
    public static SieveCommand Read(Arguments arguments)
    {
        var (subject, headers) = (arguments.Text(":subject"), arguments.Texts(":headers") ?? []);
        if (headers.FirstOrDefault(name => name.IsConstant && !FieldNames.IsValid(name.Source)) is { } bad)
            throw arguments.Fault("BadFieldName", bad.Source);
        return new Enclose(arguments.Line, subject, headers, arguments.NextText());
    }

    public override Flow Execute(SieveRun run)
    {
        MessageEdits.Enclose(
            run, text.Expand(run), subject is null ? null : WrittenField.Of(run, "Subject", subject.Expand(run)),
            [.. headers.Select(name => HeaderCommandName.Check(run, name.Expand(run)))]);
        return Flow.Next;
    }
}
