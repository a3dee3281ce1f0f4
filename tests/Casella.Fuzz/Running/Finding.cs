using System.Globalization;
using System.Security.Cryptography;

namespace Casella.Fuzz.Running;

/// <summary>
/// An input that has broken something, kept as a file: look at it, mend the parser, and put it into the corpus.
/// </summary>
internal sealed class Finding(string message, Exception? inner) : Exception(message, inner)
{
    public static Finding Of(string target, ReadOnlySpan<byte> input, string what, Exception? cause = null)
    {
        var folder = Directory.CreateDirectory(Path.Join(Path.GetTempPath(), "casella-fuzz")).FullName;
        var file = Path.Join(folder, $"{target}-{Convert.ToHexStringLower(SHA256.HashData(input))[..12]}");
        File.WriteAllBytes(file, input);
        var excerpt = string.Concat(System.Text.Encoding.Latin1.GetString(input[..Math.Min(input.Length, 300)]).Select(Shown));
        return new Finding(string.Create(CultureInfo.InvariantCulture, $"{target} (seed {FuzzOptions.Seed}): {what}\ninput, in {file}:\n{excerpt}"), cause);
    }

    private static string Shown(char c) => c is >= ' ' and <= '~' or '\n' ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
}
