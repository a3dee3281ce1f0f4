using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Compiling;

/// <summary>
/// What says where and how a message is filed, in fileinto and beside ":fcc": :create (RFC 5490), :flags (RFC 5232),
/// :specialuse (RFC 8579), :mailboxid (RFC 9042).
/// </summary>
internal sealed class StoreArguments
{
    private readonly bool _create;
    private readonly IReadOnlyList<SieveText>? _flags;
    private readonly SieveText? _specialUse;
    private readonly SieveText? _mailboxId;

    private StoreArguments(Arguments arguments)
    {
        _flags = arguments.Texts(":flags", "imap4flags");
        _create = arguments.Flag(":create", "mailbox");
        _specialUse = arguments.Text(":specialuse", "special-use");
        if (_specialUse is { IsConstant: true } && !IsUse(_specialUse.Source))
            throw arguments.Fault("BadSpecialUse", _specialUse.Source);
        _mailboxId = arguments.Text(":mailboxid", "mailboxid");
        // RFC 9042 §4: it cannot be made by its id, nor be two mailboxes.
        if (_mailboxId is not null && _specialUse is not null)
            throw arguments.Fault("TagsExclude", ":mailboxid", ":specialuse");
    }

    public static StoreArguments Read(Arguments arguments) => new(arguments);

    public SieveMailbox Mailbox(SieveRun run, string name)
    {
        var use = _specialUse?.Expand(run);
        if (use is not null && !IsUse(use))
            throw run.Fault("BadSpecialUse", use);
        return new SieveMailbox(CheckName(run, name), _create, use, _mailboxId?.Expand(run));
    }

    /// <summary>The given flags, or those of the internal variable.</summary>
    public IReadOnlyList<string> Flags(SieveRun run) => _flags is null ? run.Flags : OwnFlags(run);

    /// <summary>The given flags and no others: what the server writes itself has nothing of the message's.</summary>
    public IReadOnlyList<string> OwnFlags(SieveRun run) => _flags is null ? [] : FlagSet.Read(_flags.Select(flag => flag.Expand(run)));

    /// <summary>RFC 6154 §6 use-attr.</summary>
    private static bool IsUse(string text) => text.Length > 1 && text[0] == '\\' && text.AsSpan(1).IndexOfAnyExceptInRange('!', '~') < 0;

    private static string CheckName(SieveRun run, string name)
    {
        if (name.Length == 0 || name.Any(char.IsControl))
            throw run.Fault("BadMailboxName", name.Length == 0 ? "\"\"" : "…");
        return name;
    }
}
