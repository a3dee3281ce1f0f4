using System.Text;
using Casella.Bench.Wire;

namespace Casella.Bench.Workloads;

/// <summary>Collects the Message-IDs of a FETCH of that header field.</summary>
internal sealed class MessageIds : Responses
{
    private readonly List<string> _ids = [];
    private readonly StringBuilder _field = new();

    /// <exception cref="UnexpectedAnswerException">A message is missing, doubled, or nobody put it there.</exception>
    public void CheckEachOnce(IEnumerable<string> expected)
    {
        EndField();
        var wanted = expected.ToHashSet(StringComparer.Ordinal);
        var found = _ids.ToHashSet(StringComparer.Ordinal);
        var missing = wanted.Count(id => !found.Contains(id));
        var strange = found.Count(id => !wanted.Contains(id));
        var doubled = _ids.Count - found.Count;
        if (missing + doubled + strange > 0)
            throw new UnexpectedAnswerException($"{missing} messages are missing, {doubled} doubled, {strange} unknown");
    }

    public override void Begin(ReadOnlySpan<byte> line) => EndField();

    public override void Literal(ReadOnlySpan<byte> piece) => _field.Append(Encoding.ASCII.GetString(piece));

    private void EndField()
    {
        if (_field.Length == 0)
            return;
        var field = _field.ToString();
        _ids.Add(field[field.IndexOf('<', StringComparison.Ordinal)..].Trim());
        _field.Clear();
    }
}
