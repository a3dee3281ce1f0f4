using System.Globalization;
using System.Text;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Formats.Mime;

namespace Casella.Core.Archives;

/// <summary>
/// Maildir as Dovecot and Courier keep it (Maildir++): INBOX is the folder itself, the others stand in it as ".A.B"
/// with names in modified UTF-7. Flags are letters in the file's name, keywords those of the file dovecot-keywords, the
/// date of arrival is the file's time. The name of a folder, where its spelling is not reversible, is beside its mail.
/// </summary>
internal sealed class MaildirWriter(ArchiveFile file, string host) : IArchiveWriter
{
    public const string KeywordsFile = "dovecot-keywords";
    public const string NameFile = "casella-folder";

    /// <summary>a to z.</summary>
    public const int KeywordsAtMost = 26;

    private readonly HashSet<string> _used = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _keywords = [];
    private string _folder = "";
    private int _number;

    public async Task BeginFolderAsync(MailboxName folder, CancellationToken cancellationToken)
    {
        await WriteKeywordsAsync(cancellationToken);
        _folder = folder.IsInbox ? file.Beside : Path.Join(file.Beside, PathOf(folder));
        foreach (var part in (string[])["cur", "new", "tmp"])
            System.IO.Directory.CreateDirectory(Path.Join(_folder, part), ArchiveFile.FolderMode);
        if (!folder.IsInbox)
        {
            await File.WriteAllTextAsync(Path.Join(_folder, "maildirfolder"), "", cancellationToken);
            await File.WriteAllTextAsync(Path.Join(_folder, NameFile), folder.Value, cancellationToken);
        }
    }

    public async Task WriteAsync(MessageContent content, FlagNames flags, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        const int Piece = 128 * 1024;
        var name = string.Create(
            CultureInfo.InvariantCulture, $"{receivedAt.ToUnixTimeSeconds()}.M{++_number}.{host},S={content.Size}:2,{Letters(flags)}");
        var path = Path.Join(_folder, "cur", name);
        await using (var output = ArchiveFile.Create(path))
            for (long at = 0; at < content.Size; at += Piece)
                await output.WriteAsync(await content.ReadAsync(at, Piece, cancellationToken), cancellationToken);
        File.SetLastWriteTimeUtc(path, receivedAt.UtcDateTime);
    }

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await WriteKeywordsAsync(cancellationToken);
        file.Complete();
    }

    public ValueTask DisposeAsync()
    {
        file.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task WriteKeywordsAsync(CancellationToken cancellationToken)
    {
        if (_keywords.Count > 0)
            await File.WriteAllLinesAsync(Path.Join(_folder, KeywordsFile), _keywords.Select((keyword, number) => $"{number} {keyword}"), cancellationToken);
        _keywords.Clear();
    }

    /// <summary>In the alphabet's order, as the format wants.</summary>
    private string Letters(FlagNames flags)
    {
        var letters = new StringBuilder();
        foreach (var (flag, letter) in MaildirFlags.Letters)
            if (flags.System.Has(flag))
                letters.Append(letter);
        foreach (var keyword in flags.Keywords)
        {
            var number = _keywords.FindIndex(known => string.Equals(known, keyword, StringComparison.OrdinalIgnoreCase));
            if (number < 0 && _keywords.Count < KeywordsAtMost)
            {
                number = _keywords.Count;
                _keywords.Add(keyword);
            }

            if (number >= 0)
                letters.Append((char)('a' + number));
        }

        return letters.ToString();
    }

    /// <summary>A dot is the separator there; two names that become one get a number.</summary>
    private string PathOf(MailboxName folder)
    {
        var levels = folder.Value.Split(MailboxName.Separator).Select(level => Encoding.ASCII.GetString(ModifiedUtf7.Encode(level.Replace('.', '_'))));
        var path = "." + string.Join('.', levels);
        for (var number = 2; !_used.Add(path); number++)
            path = string.Create(CultureInfo.InvariantCulture, $".{string.Join('.', levels)}-{number}");
        return path;
    }
}

/// <summary>The letters of system flags in the names of Maildir files.</summary>
internal static class MaildirFlags
{
    public static IReadOnlyList<(MessageFlags Flag, char Letter)> Letters { get; } =
    [
        (MessageFlags.Draft, 'D'), (MessageFlags.Flagged, 'F'), (MessageFlags.Answered, 'R'), (MessageFlags.Seen, 'S'), (MessageFlags.Deleted, 'T'),
    ];
}
