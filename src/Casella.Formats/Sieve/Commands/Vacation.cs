using System.Security.Cryptography;
using System.Text;
using Casella.Formats.Addresses;
using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Matching;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Commands;

/// <summary>
/// vacation (RFC 5230; :seconds RFC 6131): asks for an answer to the sender. Whether it may be given is decided where
/// mail is delivered.
/// </summary>
internal sealed class Vacation(int line, VacationTexts texts, long seconds, CopyArguments? copy) : SieveCommand(line)
{
    private const long Day = 24 * 3600;

    /// <summary>RFC 5230 §4.1: when the script does not say.</summary>
    private const long Default = 7 * Day;

    private const long AtMost = 365 * Day;

    /// <summary>RFC 6131 §2.2: two programs that answer each other, whatever their headers say, do no harm so.</summary>
    private const long AtLeast = 60;

    public static SieveCommand Read(Arguments arguments)
    {
        var (days, given) = (arguments.Number(":days"), arguments.Number(":seconds", "vacation-seconds"));
        if (days is not null && given is not null)
            throw arguments.Fault("TagsExclude", ":days", ":seconds");
        var seconds = given is not null ? Math.Clamp(given.Value, AtLeast, AtMost) : days is not null ? Math.Clamp(days.Value * Day, Day, AtMost) : Default;
        var copy = CopyArguments.Read(arguments);
        return new Vacation(arguments.Line, VacationTexts.Read(arguments), seconds, copy);
    }

    public override Flow Execute(SieveRun run)
    {
        run.Result.Vacation(run, new SieveVacation(
            seconds,
            texts.Subject?.Expand(run),
            texts.From is { } from ? Parse(run, from.Expand(run)) : null,
            [.. texts.Addresses.Select(address => FieldAddresses.ParseOne(address.Expand(run))).OfType<EmailAddress>()],
            texts.IsMime,
            texts.HandleOf(run),
            texts.Reason.Expand(run),
            copy?.Copy(run)));
        return Flow.Next;
    }

    private static EmailAddress Parse(SieveRun run, string address) => FieldAddresses.ParseOne(address) ?? throw run.Fault("BadAddress", address);
}

/// <summary>What the answer says, and to whom the mailbox belongs.</summary>
internal sealed record VacationTexts(
    SieveText? Subject, SieveText? From, IReadOnlyList<SieveText> Addresses, bool IsMime, SieveText? Handle, SieveText Reason)
{
    public static VacationTexts Read(Arguments arguments)
    {
        var (subject, from) = (arguments.Text(":subject"), arguments.Text(":from"));
        if (from is { IsConstant: true } && FieldAddresses.ParseOne(from.Source) is null)
            throw arguments.Fault("BadAddress", from.Source);
        var texts = new VacationTexts(
            subject, from, arguments.Texts(":addresses") ?? [], arguments.Flag(":mime"), arguments.Text(":handle"), arguments.NextText());
        return texts.IsMime && texts.Reason.IsConstant && WrittenEntity.OfMime(texts.Reason.Source) is null ? throw arguments.Fault("BadMime") : texts;
    }

    /// <summary>
    /// RFC 5230 §4.2: the handle, or else all that makes this answer, as it is written and not as it is filled in.
    /// </summary>
    public string HandleOf(SieveRun run)
    {
        if (Handle is not null)
            return Handle.Expand(run);
        string[] parts = [Subject?.Source ?? "", From?.Source ?? "", IsMime ? "mime" : "", Reason.Source];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))));
    }
}
