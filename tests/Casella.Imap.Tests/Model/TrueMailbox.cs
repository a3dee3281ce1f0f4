namespace Casella.Imap.Tests.Model;

/// <summary>
/// The mailbox as RFC 3501 and RFC 9051 have it, and nothing else: UIDs and flags. What the server holds must be this.
/// </summary>
internal sealed class TrueMailbox
{
    private readonly SortedDictionary<uint, SortedSet<string>> _messages = [];

    public uint UidNext { get; private set; } = 1;

    public IEnumerable<uint> Uids => _messages.Keys;

    public bool Has(uint uid) => _messages.ContainsKey(uid);

    public bool Has(uint uid, string flag) => _messages.TryGetValue(uid, out var flags) && flags.Contains(flag);

    public string FlagsOf(uint uid) => string.Join(' ', _messages[uid]);

    public void Append(IEnumerable<string> flags) => _messages[UidNext++] = new SortedSet<string>(flags, StringComparer.Ordinal);

    /// <param name="sign">'+', '-', or anything else for FLAGS alone.</param>
    public void Store(IEnumerable<uint> uids, char sign, string flag)
    {
        foreach (var flags in uids.Where(Has).Select(uid => _messages[uid]))
        {
            if (sign is not ('+' or '-'))
                flags.Clear();
            _ = sign == '-' ? flags.Remove(flag) : flags.Add(flag);
        }
    }

    /// <param name="among">Null for all.</param>
    public void Expunge(IReadOnlyCollection<uint>? among) =>
        Remove([.. _messages.Where(pair => pair.Value.Contains("\\Deleted") && among?.Contains(pair.Key) != false).Select(pair => pair.Key)]);

    public void Copy(IEnumerable<uint> uids)
    {
        foreach (var uid in uids.Where(Has).Order().ToList())
            Append(_messages[uid]);
    }

    public void Remove(IEnumerable<uint> uids)
    {
        foreach (var uid in uids)
            _messages.Remove(uid);
    }
}
