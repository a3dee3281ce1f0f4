namespace Casella.Core.Directory;

/// <summary>Rights of members as the command line, the change log and scripts write them: "read,work,send".</summary>
public static class RightsText
{
    /// <summary>What may be written, in order.</summary>
    public const string Values = "read,work,send,manage";

    private static readonly (string Word, MemberRights Right)[] Words =
        [("read", MemberRights.Read), ("work", MemberRights.Work), ("send", MemberRights.SendAs), ("manage", MemberRights.Manage)];

    /// <summary>"none" for none.</summary>
    public static string Format(MemberRights rights) => rights is MemberRights.None
        ? "none"
        : string.Join(',', Words.Where(word => rights.HasFlag(word.Right)).Select(word => word.Word));

    /// <summary>The rights, or null for a text that names others.</summary>
    public static MemberRights? Parse(string text)
    {
        var rights = MemberRights.None;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var right = Array.Find(Words, word => string.Equals(word.Word, part, StringComparison.OrdinalIgnoreCase)).Right;
            if (right is MemberRights.None)
                return null;
            rights |= right;
        }

        return rights is MemberRights.None ? null : rights;
    }
}
