using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Compiling;

/// <summary>":fcc" with what belongs to it (RFC 8580): where a copy of what the server writes is filed.</summary>
internal sealed class CopyArguments
{
    private readonly SieveText _mailbox;
    private readonly StoreArguments _how;

    private CopyArguments(SieveText mailbox, StoreArguments how) => (_mailbox, _how) = (mailbox, how);

    /// <summary>Null without ":fcc"; then its options have nothing to stand beside.</summary>
    public static CopyArguments? Read(Arguments arguments) =>
        arguments.Text(":fcc", "fcc") is { } mailbox ? new CopyArguments(mailbox, StoreArguments.Read(arguments)) : null;

    public SieveCopy Copy(SieveRun run) => new(_how.Mailbox(run, _mailbox.Expand(run)), _how.OwnFlags(run));
}
