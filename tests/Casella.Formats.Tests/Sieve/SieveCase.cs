using System.Text;

namespace Casella.Formats.Tests.Sieve;

/// <summary>
/// One script with what it must do, from Cases/*.cases: "== name", the message with its reverse-path, the script, and
/// the actions, one a line; between them lines of "---".
/// </summary>
public sealed record SieveCase(string File, string Name, string Message, string ReversePath, string Script, IReadOnlyList<string> Actions)
{
    private static readonly string Folder = Path.Join(AppContext.BaseDirectory, "Sieve");

    public static IReadOnlyList<SieveCase> All { get; } =
        [.. Directory.GetFiles(Path.Join(Folder, "Cases"), "*.cases").Order(StringComparer.Ordinal).SelectMany(Read)];

    public static SieveCase Find(string name) => All.Single(one => string.Equals(one.ToString(), name, StringComparison.Ordinal));

    /// <summary>With the line ends that mail has.</summary>
    public byte[] Bytes => Encoding.UTF8.GetBytes(System.IO.File.ReadAllText(Path.Join(Folder, "Messages", $"{Message}.eml")).ReplaceLineEndings("\r\n"));

    public override string ToString() => $"{File}: {Name}";

    private static IEnumerable<SieveCase> Read(string file)
    {
        foreach (var text in System.IO.File.ReadAllText(file).Split("== ", StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = text.Split("\n---\n");
            var head = parts[0].Split('\n');
            var message = head[1].Split(" from=");
            yield return new SieveCase(
                Path.GetFileNameWithoutExtension(file), head[0], message[0], message.Length > 1 ? message[1].Trim('<', '>') : "anna@example.org",
                parts[1], parts[2].Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }
}
