using System.Collections;

namespace Casella.Imap.Session;

/// <summary>The log scope of a session: its connection and, once somebody has signed in, the account.</summary>
internal sealed class SessionScope(string connection) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public string? Account { get; set; }

    public int Count => Account is null ? 1 : 2;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("Connection", connection),
        1 when Account is not null => new("Account", Account),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => Account is null ? $"connection {connection}" : $"connection {connection}, {Account}";
}
