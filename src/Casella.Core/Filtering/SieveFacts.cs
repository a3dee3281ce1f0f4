using System.Text;
using Casella.Core.Annotations;
using Casella.Core.Mailboxes;
using Casella.Core.Storage;
using Casella.Formats.Sieve;
using AccountState = Casella.Core.Messages.AccountState;

namespace Casella.Core.Filtering;

/// <summary>
/// What a script asks of its account. The interpreter is pure and cannot wait: what it asks for the first time is noted
/// and answered with nothing, then looked up, and the script runs once more. Made by <see cref="ScriptRun"/> for one
/// message.
/// </summary>
internal sealed class SieveFacts(AccountState state, IDirectoryStore directory) : ISieveMailboxes
{
    // RFC 6134 §2.6: the office's own directory is everybody's address book.
    private static readonly string[] AddressBooks = [":addrbook:default", "urn:ietf:params:sieve:addrbook:default"];

    private readonly MailboxTree _tree = state.Tree;
    private readonly Dictionary<string, bool> _remembered = new(StringComparer.Ordinal);
    private readonly Dictionary<(string? Mailbox, string Entry), string?> _annotations = [];
    private readonly HashSet<string> _askedKeys = new(StringComparer.Ordinal);
    private readonly HashSet<(string? Mailbox, string Entry)> _askedAnnotations = [];
    private Dictionary<string, string>? _scripts;
    private IReadOnlySet<string>? _addressBook;
    private bool _asksScripts;
    private bool _asksAddressBook;

    // ---- what the interpreter asks

    public bool Exists(string name) => MailboxName.TryParse(name, out var parsed) && _tree.Find(parsed) is { IsSelectable: true };

    public bool HasUse(string? name, string use)
    {
        if (!TryUse(use, out var wanted))
            return false;
        if (name is null)
            return _tree.Find(wanted) is { IsSelectable: true };
        return MailboxName.TryParse(name, out var parsed) && _tree.Find(parsed)?.SpecialUse == wanted;
    }

    public bool IdExists(string mailboxId) => FindId(_tree, state.Id, mailboxId) is not null;

    public string? Annotation(string? name, string entry)
    {
        var key = (name, entry.ToLowerInvariant());
        if (_annotations.TryGetValue(key, out var value))
            return value;
        _askedAnnotations.Add(key);
        return null;
    }

    public bool IsDuplicate(SieveDuplicate duplicate)
    {
        var key = Convert.ToHexString(FilterKeys.Of(duplicate));
        if (_remembered.TryGetValue(key, out var isKnown))
            return isKnown;
        _askedKeys.Add(key);
        return false;
    }

    /// <exception cref="SieveScriptException">The script has mistakes.</exception>
    public SieveScript? FindScript(string name)
    {
        _asksScripts |= _scripts is null;
        return _scripts is not null && _scripts.TryGetValue(name, out var source) ? SieveScript.Compile(source) : null;
    }

    public IReadOnlySet<string>? FindList(string name)
    {
        if (!AddressBooks.Contains(name, StringComparer.OrdinalIgnoreCase))
            return null;
        _asksAddressBook |= _addressBook is null;
        return _addressBook ?? new HashSet<string>(StringComparer.Ordinal);
    }

    // ---- looking it up

    /// <summary>Looks up what was asked; false when nothing new was: then the last run stands.</summary>
    public async Task<bool> LearnAsync(CancellationToken cancellationToken)
    {
        if (_askedKeys.Count == 0 && _askedAnnotations.Count == 0 && !_asksScripts && !_asksAddressBook)
            return false;
        if (_asksAddressBook)
            _addressBook = await ReadAddressBookAsync(cancellationToken);
        var now = state.Time.GetUtcNow();
        await state.Store.WriteAsync(
            state.Id,
            transaction =>
            {
                foreach (var key in _askedKeys)
                    _remembered[key] = transaction.Filters.IsRemembered(Convert.FromHexString(key), now);
                foreach (var asked in _askedAnnotations)
                    _annotations[asked] = Read(transaction, asked.Mailbox, asked.Entry);
                if (_asksScripts)
                    _scripts = transaction.Filters.Scripts().ToDictionary(row => row.Name, row => transaction.Filters.Content(row.Name) ?? "", StringComparer.Ordinal);
                return true;
            },
            null,
            cancellationToken);
        _askedKeys.Clear();
        _askedAnnotations.Clear();
        (_asksScripts, _asksAddressBook) = (false, false);
        return true;
    }

    /// <summary>"\Sent", as IMAP writes it.</summary>
    public static bool TryUse(string text, out SpecialUse use)
    {
        use = SpecialUse.None;
        return text.Length > 1 && text[0] == '\\' && !char.IsAsciiDigit(text[1]) && Enum.TryParse(text.AsSpan(1), ignoreCase: true, out use)
            && use is not SpecialUse.None;
    }

    /// <summary>MAILBOXID as IMAP tells it (RFC 8474 §4).</summary>
    public static MailboxInfo? FindId(MailboxTree tree, AccountId account, string id) =>
        ObjectIds.FindMailbox(account, id) is { } mailbox && tree.Find(mailbox) is { IsSelectable: true } found ? found : null;

    /// <summary>RFC 5490 §3.3: a script is nobody's, so what it sees is what all see.</summary>
    private string? Read(IMailReader reader, string? mailbox, string entry)
    {
        MailboxId? id = null;
        if (mailbox is not null)
        {
            if (!MailboxName.TryParse(mailbox, out var name) || _tree.Find(name) is not { } info)
                return null;
            id = info.Id;
        }

        var value = reader.Annotations(id, AnnotationOwner.Everybody)
            .Where(annotation => string.Equals(annotation.Entry.Path, entry, StringComparison.Ordinal)).Select(annotation => annotation.Value).FirstOrDefault();
        return value is { } octets ? Encoding.UTF8.GetString(octets.Span) : null;
    }

    private async Task<IReadOnlySet<string>> ReadAddressBookAsync(CancellationToken cancellationToken)
    {
        var accounts = await directory.AccountsAsync(cancellationToken);
        var aliases = await directory.AliasesAsync(cancellationToken);
        return accounts.Select(account => account.Address.ToString()).Concat(aliases.Select(alias => alias.Alias.ToString()))
            .ToHashSet(StringComparer.Ordinal);
    }
}
