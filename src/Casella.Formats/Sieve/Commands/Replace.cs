using Casella.Formats.Mime;
using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;
using MimeKit;

namespace Casella.Formats.Sieve.Commands;

/// <summary>replace (RFC 5703 §5): another part instead of the one that the loop has come to, or of the whole message.</summary>
internal sealed class Replace(int line, bool isMime, SieveText? subject, SieveText? from, SieveText replacement) : SieveCommand(line)
{
    public static SieveCommand Read(Arguments arguments)
    {
        var isMime = arguments.Flag(":mime");
        var (subject, from) = (arguments.Text(":subject"), arguments.Text(":from"));
        if (isMime && (subject ?? from) is not null)
            throw arguments.Fault("TagsExclude", ":mime", subject is null ? ":from" : ":subject");
        if (from is { IsConstant: true } && Addresses(from.Source) is null)
            throw arguments.Fault("BadAddressList", from.Source);
        var replacement = arguments.NextText();
        return isMime && replacement.IsConstant && WrittenEntity.OfMime(replacement.Source) is null
            ? throw arguments.Fault("BadMime")
            : new Replace(arguments.Line, isMime, subject, from, replacement);
    }

    public override Flow Execute(SieveRun run)
    {
        var text = replacement.Expand(run);
        var entity = isMime ? WrittenEntity.OfMime(text) ?? throw run.Fault("BadMime") : WrittenEntity.Of(text);
        MessageEdits.Replace(run, entity, run.Message.CurrentPlace.Length == 0 ? [.. Fields(run)] : []);
        return Flow.Next;
    }

    private IEnumerable<RunningField> Fields(SieveRun run)
    {
        if (from is not null)
        {
            var wanted = from.Expand(run);
            yield return WrittenField.Of(run, "From", Addresses(wanted) ?? throw run.Fault("BadAddressList", wanted));
        }

        if (subject is not null)
            yield return WrittenField.Of(run, "Subject", subject.Expand(run));
    }

    /// <summary>A mailbox-list (RFC 5322 §3.4) as a field has it; null for what is none.</summary>
    private static string? Addresses(string text)
    {
        var field = new HeaderField("From", System.Text.Encoding.UTF8.GetBytes(text), 0, 0);
        if (text.Any(char.IsControl) || SubmittedHeader.Addresses(field) is not ({ Count: > 0 }, true))
            return null;
        return InternetAddressList.TryParse(text, out var list) && list.All(address => address is MailboxAddress)
            ? list.ToString(FormatOptions.Default, encode: true).ReplaceLineEndings("")
            : null;
    }
}
