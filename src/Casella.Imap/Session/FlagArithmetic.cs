using Casella.Core.Messages;

namespace Casella.Imap.Session;

/// <summary>What a client expects its STORE to have done.</summary>
internal static class FlagArithmetic
{
    public static MessageFlags Apply(this FlagOperation operation, MessageFlags before, MessageFlags flags) => operation switch
    {
        FlagOperation.Replace => flags,
        FlagOperation.Add => before | flags,
        FlagOperation.Remove => before.Without(flags),
    };

    /// <summary>
    /// Flags by name as bits; keywords that the account does not have are left out (STORE -FLAGS makes none).
    /// </summary>
    public static MessageFlags Bits(this KeywordList keywords, FlagNames names)
    {
        var bits = names.System;
        foreach (var keyword in names.Keywords)
            if (keywords.IndexOf(keyword) is >= 0 and var number)
                bits |= MessageFlags.Keyword(number);
        return bits;
    }
}
