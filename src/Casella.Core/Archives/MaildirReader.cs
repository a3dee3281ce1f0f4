using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Formats.Mime;

namespace Casella.Core.Archives;

/// <summary>
/// Reads a Maildir and the folders in it (Maildir++, or folders in folders). Lines get CRLF; the time of a file is the
/// date of arrival.
/// </summary>
internal sealed class MaildirReader(string root, MessageStaging staging)
{
    public static bool IsMaildir(string path) => System.IO.Directory.Exists(Path.Join(path, "cur"));

    public async IAsyncEnumerable<ArchivedMessage> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var place in System.IO.Directory.EnumerateDirectories(root, "cur", SearchOption.AllDirectories).Select(cur => Path.GetDirectoryName(cur)!).Order(StringComparer.Ordinal))
        {
            var folder = FolderOf(place);
            var keywords = Keywords(place);
            foreach (var part in (string[])["new", "cur"])
                if (System.IO.Directory.Exists(Path.Join(place, part)))
                    foreach (var file in new DirectoryInfo(Path.Join(place, part)).EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal))
                    {
                        var content = await EmlFile.StageAsync(file.OpenRead(), staging, long.MaxValue, cancellationToken);
                        yield return new ArchivedMessage(folder, Flags(file.Name, keywords), new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero), content);
                    }
        }
    }

    /// <exception cref="ArchiveException">It has no name that a folder can have.</exception>
    private MailboxName FolderOf(string place)
    {
        var named = Path.Join(place, MaildirWriter.NameFile);
        if (File.Exists(named) && MailboxName.TryParse(File.ReadAllText(named).Trim(), out var name))
            return name;
        var path = Path.GetRelativePath(root, place);
        if (path is ".")
            return MailboxName.Inbox;
        var levels = path.Split('/').SelectMany(level => level.TrimStart('.').Split('.')).Where(level => level.Length > 0).Select(Decode);
        return MailboxName.TryParse(string.Join(MailboxName.Separator, levels), out name)
            ? name
            : throw new ArchiveException($"{place} has no name that a folder can have.");
    }

    /// <summary>Newer Dovecots may write UTF-8 as it is.</summary>
    private static string Decode(string level) => ModifiedUtf7.TryDecode(Encoding.UTF8.GetBytes(level), out var text) ? text : level;

    private static Dictionary<char, string> Keywords(string place)
    {
        var keywords = new Dictionary<char, string>();
        var file = Path.Join(place, MaildirWriter.KeywordsFile);
        if (!File.Exists(file))
            return keywords;
        foreach (var line in File.ReadLines(file))
            if (line.Split(' ', 2) is [var number, var keyword] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && index < MaildirWriter.KeywordsAtMost && ArchiveKeywords.Read([keyword]).Any())
                keywords[(char)('a' + index)] = keyword;
        return keywords;
    }

    private static FlagNames Flags(string name, Dictionary<char, string> keywords)
    {
        var info = name.LastIndexOf(":2,", StringComparison.Ordinal);
        var letters = info < 0 ? "" : name[(info + 3)..];
        var system = MaildirFlags.Letters.Where(pair => letters.Contains(pair.Letter, StringComparison.Ordinal))
            .Aggregate(MessageFlags.None, (flags, pair) => flags | pair.Flag);
        return new FlagNames(system, [.. letters.Where(keywords.ContainsKey).Select(letter => keywords[letter])]);
    }
}
