namespace Casella.WebBench.Running;

/// <summary>What is measured, with the wanted figures.</summary>
internal static class Rows
{
    public static readonly Row FirstPage = new("first page over the wire", "KB", 200);
    public static readonly Row InboxBytes = new("the same with the inbox", "KB", null);
    public static readonly Row SignIn = new("sign-in to usable inbox", "ms", 300);
    public static readonly Row Open = new("open a message", "ms", 60);
    public static readonly Row Folder = new("switch to the large folder", "ms", 40);
    public static readonly Row Jump = new("jump in the large folder", "ms", 40);
    public static readonly Row SearchSubject = new("search by subject, large folder", "ms", 60);
    public static readonly Row SearchBody = new("search for a rare word in texts", "ms", 60);
    public static readonly Row Tick = new("select a row: painted", "ms", 17);
    public static readonly Row Flag = new("flag: painted", "ms", 17);
    public static readonly Row FlagSettled = new("flag: kept", "ms", null);
    public static readonly Row Move = new("delete (move to Trash): painted", "ms", 17);
    public static readonly Row MoveSettled = new("delete: done", "ms", null);
    public static readonly Row NewMail = new("new mail shown", "ms", 300);
    public static readonly Row Compose = new("composer open", "ms", null);
    public static readonly Row Send = new("from send to visible in Sent", "ms", 200);
    public static readonly Row Memory = new("server memory of an idle page", "KB", 400);

    /// <summary>The same with 150 ms between browser and server, there and back.</summary>
    public static Row Far(Row row) => row with
    {
        Action = $"150 ms away: {row.Action}",
        Goal = row == Open || row == Folder || row == Jump || row == SearchSubject ? 220 : row == Tick || row == Flag || row == Move ? 17 : null,
    };
}
