using System.Text;

namespace Casella.Fuzz.Running;

/// <summary>
/// The inputs that a target begins with: the files of one folder of Corpora/, written by us. A file "found-…" has once
/// broken something. Lines end with LF there and with CRLF here; "\xNN" is an octet.
/// </summary>
internal static class Corpus
{
    /// <summary>Beside the mutants themselves it is what they are put together of.</summary>
    public static IReadOnlyList<byte[]> Load(string name)
    {
        var folder = Path.Join(AppContext.BaseDirectory, "Corpora", name);
        var inputs = Directory.GetFiles(folder).Order(StringComparer.Ordinal).SelectMany(Read).ToList();
        return inputs.Count > 0 ? inputs : throw new InvalidOperationException($"The corpus {name} is empty.");
    }

    /// <summary>A file "lines-…" has an input on each line; any other is one.</summary>
    private static IEnumerable<byte[]> Read(string file)
    {
        var text = File.ReadAllText(file).ReplaceLineEndings("\n");
        return Path.GetFileName(file).StartsWith("lines-", StringComparison.Ordinal)
            ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Octets)
            : [Octets(text.Replace("\n", "\r\n", StringComparison.Ordinal))];
    }

    private static byte[] Octets(string text)
    {
        var octets = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && text[i + 1] == 'x')
            {
                octets.Add(Convert.ToByte(text.Substring(i + 2, 2), 16));
                i += 3;
            }
            else
            {
                octets.AddRange(Encoding.UTF8.GetBytes(text[i].ToString()));
            }
        }
        return [.. octets];
    }
}
