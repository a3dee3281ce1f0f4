using System.IO.Pipelines;

namespace Casella.Net.Framing;

/// <summary>Placeholder of the contract.</summary>
public sealed class DotStuffedWriter(PipeWriter output)
{
    public PipeWriter Output => output;
    public void Write(ReadOnlySpan<byte> content) => throw new NotImplementedException();
    public void Complete() => throw new NotImplementedException();
}
