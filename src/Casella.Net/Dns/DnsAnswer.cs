using System.Collections;

namespace Casella.Net.Dns;

/// <summary>What DNS has answered: records, and whether somebody has vouched for them.</summary>
/// <param name="isAuthentic">DNSSEC: the resolver has validated the answer (AD), and it runs on this machine, so that
/// nobody could change its word on the way.</param>
public sealed class DnsAnswer<T>(IReadOnlyList<T> records, bool isAuthentic) : IReadOnlyList<T>
{
    public bool IsAuthentic => isAuthentic;
    public int Count => records.Count;
    public T this[int index] => records[index];
    public IEnumerator<T> GetEnumerator() => records.GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
