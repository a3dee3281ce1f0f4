using System.Text;
using MimeKit.Utils;

namespace Casella.Formats.Sieve.Running;

/// <summary>A header field that a script writes: encoded where it must be (RFC 2047), folded, and never more than one.</summary>
internal static class WrittenField
{
    /// <summary>Octets of a line (RFC 5322 §2.1.1).</summary>
    private const int MaxLine = 998;

    private const int FoldAt = 78;

    /// <exception cref="SieveFault">It would be several fields, or there is no room for it.</exception>
    public static RunningField Of(SieveRun run, string name, string value)
    {
        var text = value.Trim();
        // A line end in a value would begin a field of somebody else's choice.
        if (text.Any(c => char.IsControl(c) && c != '\t'))
            throw run.Fault("BadFieldValue");
        var encoded = System.Text.Ascii.IsValid(text) ? text : Encoding.ASCII.GetString(Rfc2047.EncodeText(Encoding.UTF8, text)).ReplaceLineEndings("");
        if (!run.Message.CountAdded(encoded.Length) || encoded.Split(' ').Any(word => word.Length > MaxLine - name.Length - 2))
            throw run.Fault("TooMuchHeader");
        return RunningField.Of(name, encoded, Fold(name, encoded));
    }

    private static string Fold(string field, string text)
    {
        var (folded, width) = (new StringBuilder($"{field}:"), field.Length + 1);
        foreach (var word in text.Split(' '))
        {
            if (width + 1 + word.Length > FoldAt && width > field.Length + 1 && word.Length > 0)
            {
                folded.Append("\r\n");
                width = 0;
            }

            folded.Append(' ').Append(word);
            width += 1 + word.Length;
        }

        return folded.Append("\r\n").ToString();
    }
}
