using System.Text;

namespace Casella.Bench.Wire;

/// <summary>
/// The server answered something else than the workload needs. A number measured on top of that would be a lie, so
/// the run ends here and prints what was sent and what came back.
/// </summary>
internal sealed class UnexpectedAnswerException : Exception
{
    public UnexpectedAnswerException(string message) : base(message)
    {
    }

    public UnexpectedAnswerException(string sent, ReadOnlySpan<byte> answer)
        : base($"sent '{Shortened(sent)}', the server answered '{Shortened(Encoding.UTF8.GetString(answer))}'")
    {
    }

    private static string Shortened(string text) => text.Length <= 200 ? text : text[..200] + "…";
}
