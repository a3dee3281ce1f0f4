using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>
/// mailboxexists (RFC 5490 §3.1), mailboxidexists (RFC 9042 §6), specialuse_exists (RFC 8579 §3): all that are named
/// are there.
/// </summary>
internal sealed class MailboxTests(int line, IReadOnlyList<SieveText> names, Func<SieveRun, string, bool> exists) : SieveTest(line)
{
    public static SieveTest ReadExists(Arguments arguments) =>
        new MailboxTests(arguments.Line, arguments.NextTexts(), static (run, name) => run.Environment.Mailboxes.Exists(name));

    public static SieveTest ReadIdExists(Arguments arguments) =>
        new MailboxTests(arguments.Line, arguments.NextTexts(), static (run, id) => run.Environment.Mailboxes.IdExists(id));

    public static SieveTest ReadSpecialUse(Arguments arguments)
    {
        var mailbox = arguments.PositionalCount > 1 ? arguments.NextText() : null;
        return new MailboxTests(arguments.Line, arguments.NextTexts(), (run, use) => run.Environment.Mailboxes.HasUse(mailbox?.Expand(run), use));
    }

    public override bool Evaluate(SieveRun run) => names.All(name => exists(run, name.Expand(run)));
}
