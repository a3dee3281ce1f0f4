using Casella.Journeys.Server;

namespace Casella.Journeys.Sharing;

/// <summary>
/// A laptop that works on a copy (Maildirs) and has mbsync make both sides equal: flags are letters in names of files,
/// a move is a file that changes its folder.
/// </summary>
internal sealed class Laptop(CasellaServer server, Mailbox mailbox, string folder)
{
    private static readonly string[] Kept = ["INBOX", "Archive", "Trash", "Sent"];

    private readonly string _maildirs = Path.Join(folder, "maildirs");
    private readonly string _configuration = Path.Join(folder, "mbsyncrc");

    public void SetUp()
    {
        Directory.CreateDirectory(_maildirs);
        File.WriteAllText(_configuration, $"""
            IMAPAccount casella
            Host localhost
            Port {server.Ports.Imaps}
            User {mailbox.Address}
            Pass "{mailbox.Password}"
            SSLType IMAPS
            SystemCertificates no
            CertificateFile {server.AuthorityFile}

            IMAPStore casella
            Account casella

            MaildirStore local
            Path {_maildirs}/
            Inbox {_maildirs}/INBOX
            SubFolders Verbatim

            Channel all
            Far :casella:
            Near :local:
            Patterns {string.Join(' ', Kept)}
            Create Near
            Expunge Both
            SyncState *

            """);
    }

    public async Task SyncAsync() => (await ProgramRun.OfAsync("mbsync", ["--config", _configuration, "all"])).Succeeded();

    /// <summary>What its owner does without a network, and what the next sync brings to the others.</summary>
    public void Work()
    {
        foreach (var file in Files("INBOX"))
        {
            switch (PlacedLetter.TaskOf(Letter.Field(File.ReadAllBytes(file), "Subject")))
            {
                case "laptop stars":
                    File.Move(file, Place("INBOX", file, keepUid: true, "FS"), overwrite: true);
                    break;
                case "laptop archives":
                    File.Move(file, Place("Archive", file, keepUid: false, "S"));
                    break;
                case "laptop bins":
                    File.Move(file, Place("Trash", file, keepUid: false, "S"));
                    break;
            }
        }
    }

    /// <summary>Old mail that its owner brings along.</summary>
    public void Bring(Letter letter)
    {
        foreach (var part in new[] { "cur", "new", "tmp" })
            Directory.CreateDirectory(Path.Join(_maildirs, "Archive", part));
        File.WriteAllText(
            Path.Join(_maildirs, "Archive", "cur", $"{letter.MessageId.Split('@')[0]}.localhost:2,S"),
            System.Text.Encoding.UTF8.GetString(letter.Content).ReplaceLineEndings("\n"));
    }

    /// <summary>What it has of a folder: the letters by their flags in Maildir's form.</summary>
    public IReadOnlyList<string> Shown(string name) => [.. Files(name)
        .Select(file => $"{Letter.Field(File.ReadAllBytes(file), "Message-ID")} {LettersOf(file)} {Letter.HashOfBody(File.ReadAllBytes(file))}")
        .Order(StringComparer.Ordinal)];

    /// <summary>The same of the server's side.</summary>
    public static IReadOnlyList<string> Expected(MailboxState state, string name) => [.. state[name]
        .Select(letter => $"{letter.MessageId} {LettersOf(letter)} {letter.BodyHash}").Order(StringComparer.Ordinal)];

    public static IEnumerable<string> Folders => Kept;

    private static string LettersOf(PlacedLetter letter) => string.Concat(new[]
    {
        "Flagged", "Replied", "Seen", "Trashed",
    }.Where(flag => letter.Flags.Replace("Answered", "Replied", StringComparison.Ordinal).Replace("Deleted", "Trashed", StringComparison.Ordinal)
        .Split(' ', ',').Contains(flag, StringComparer.Ordinal)).Select(flag => flag[..1]));

    private static string LettersOf(string file) => file.Contains(":2,", StringComparison.Ordinal) ? file[(file.IndexOf(":2,", StringComparison.Ordinal) + 3)..] : "";

    private IReadOnlyList<string> Files(string name) => [.. new[] { "cur", "new" }
        .Select(part => Path.Join(_maildirs, name, part)).Where(Directory.Exists).SelectMany(Directory.GetFiles)];

    /// <summary>mbsync keeps the UID in the name (",U=7"); in another folder it would be another message's.</summary>
    private string Place(string name, string file, bool keepUid, string letters)
    {
        var unique = Path.GetFileName(file).Split(":2,")[0];
        return Path.Join(_maildirs, name, "cur", $"{(keepUid ? unique : unique.Split(",U=")[0])}:2,{letters}");
    }
}
