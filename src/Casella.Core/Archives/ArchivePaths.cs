using System.Globalization;
using System.Text;
using Casella.Core.Mailboxes;

namespace Casella.Core.Archives;

/// <summary>
/// Folder names as parts of paths. Letters and digits of any script stay; everything else is %XX, so that no name
/// leads out of its folder, hides, or is another's on a disk that does not tell them apart.
/// </summary>
internal static class ArchivePaths
{
    public static string Of(MailboxName folder) => string.Join('/', folder.Value.Split(MailboxName.Separator).Select(Level));

    /// <returns>Null when it is no name of a folder.</returns>
    public static MailboxName? Folder(string path) =>
        MailboxName.TryParse(string.Join(MailboxName.Separator, path.Split('/').Select(Uri.UnescapeDataString)), out var name) ? name : null;

    private static string Level(string level)
    {
        var text = new StringBuilder(level.Length);
        foreach (var rune in level.EnumerateRunes())
            if (Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '-' or '_' or '(' or ')' or ',' or '&' or '+')
                text.Append(rune);
            else
                foreach (var octet in Encoding.UTF8.GetBytes(rune.ToString()))
                    text.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        return text.ToString();
    }
}
