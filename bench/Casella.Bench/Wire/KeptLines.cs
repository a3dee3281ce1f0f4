using System.Text;

namespace Casella.Bench.Wire;

/// <summary>Keeps the untagged responses as text: for the small answers before and after a measurement.</summary>
internal sealed class KeptLines : Responses
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> All => _lines;

    public override void Begin(ReadOnlySpan<byte> line) => _lines.Add(Encoding.UTF8.GetString(line));
}
