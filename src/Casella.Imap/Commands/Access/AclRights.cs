using Casella.Core.Directory;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands.Access;

/// <summary>
/// Rights of a member as IMAP has them (RFC 4314 §2.1): four groups, each granted as a whole or not at all, in every
/// mailbox of the account alike. "p", which IMAP itself gives no meaning, stands for sending with the account's address.
/// </summary>
internal static class AclRights
{
    // In work with "k", "x", "t" and "e" are the virtual "c" and "d" of RFC 2086 (RFC 4314 §2.1.1).
    private static readonly (string Rights, MemberRights Right)[] Groups =
    [
        ("lr", MemberRights.Read), ("swikxtecd", MemberRights.Work), ("p", MemberRights.SendAs), ("a", MemberRights.Manage),
    ];

    /// <summary>The groups, as LISTRIGHTS tells them.</summary>
    public static IEnumerable<string> Tied => Groups.Select(group => group.Rights);

    public static string Format(MemberRights rights) =>
        string.Concat(Groups.Where(group => rights.HasFlag(group.Right)).Select(group => group.Rights));

    /// <summary>
    /// Whom a modification of SETACL makes of a member. RFC 4314 §2: of a group of which only a part is asked for,
    /// nothing is granted; and a group of which a part is taken away is gone.
    /// </summary>
    /// <param name="modification">"lrs", "+te" or "-a".</param>
    /// <exception cref="ImapSyntaxException">A right that there is not (RFC 4314 §3.1).</exception>
    public static Func<MemberRights, MemberRights> Modification(string modification)
    {
        var sign = modification is ['+' or '-', ..] ? modification[0] : '=';
        var named = Expand(sign is '=' ? modification : modification[1..]);
        return before =>
        {
            var kept = sign is '=' ? "" : Format(before);
            var letters = sign is '-' ? kept.Where(right => !named.Contains(right)) : kept.Concat(named);
            var all = letters.ToHashSet();
            return Groups.Where(group => group.Rights.All(all.Contains))
                .Aggregate(MemberRights.None, static (rights, group) => rights | group.Right);
        };
    }

    /// <summary>RFC 4314 §2.1.1: "c" is k and x here, "d" is e, t and x.</summary>
    private static HashSet<char> Expand(string letters)
    {
        var named = new HashSet<char>();
        foreach (var letter in letters)
        {
            if (!Groups.Any(group => group.Rights.Contains(letter, StringComparison.Ordinal)))
                throw new ImapSyntaxException("Expected rights among lrswipkxteacd");
            named.Add(letter);
            named.UnionWith(letter switch { 'c' => "kx", 'd' => "etx", _ => "" });
        }
        // Who names the rights of today means the ones of old that they have replaced.
        if (named.IsSupersetOf("kx"))
            named.Add('c');
        if (named.IsSupersetOf("etx"))
            named.Add('d');
        return named;
    }
}
