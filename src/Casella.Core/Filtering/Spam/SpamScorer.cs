using Casella.Core.Storage;

namespace Casella.Core.Filtering.Spam;

/// <summary>The built-in filter: facts in, points and reasons out. Pure; asked by <see cref="SpamFilter"/>.</summary>
internal static class SpamScorer
{
    public const string Allowed = "ALLOWED";
    public const string Denied = "DENIED";
    public const string Virus = "VIRUS";

    /// <summary>Outweighs all signs together: somebody has decided.</summary>
    private const double ByList = 100;

    /// <summary>The reasons, the weightiest first.</summary>
    /// <param name="engine">What another engine has found; null for the built-in filter.</param>
    public static IReadOnlyList<SpamReason> Reasons(SpamCase mail, IReadOnlyList<SpamReason>? engine = null)
    {
        var reasons = engine?.ToList() ?? Own(mail);
        // The mailbox's own list comes before that of its domain. Who is let through must not be somebody else in his
        // name: where his domain has said that it is not, the list does not help.
        switch (mail.Mailbox.Listed ?? mail.House.Listed)
        {
            case SpamClass.Ham when !mail.IsForged:
                reasons.Add(new SpamReason(Allowed, -ByList));
                break;
            case SpamClass.Spam:
                reasons.Add(new SpamReason(Denied, ByList));
                break;
        }

        return [.. reasons.OrderByDescending(reason => Math.Abs(reason.Points)).ThenBy(reason => reason.Sign, StringComparer.Ordinal)];
    }

    /// <summary>A virus is one, whoever sends it.</summary>
    public static SpamVerdict Infected(string virus) => new(ByList, SpamFate.Refuse, [new SpamReason(Virus, ByList)]) { Virus = virus };

    public static SpamVerdict Decide(IReadOnlyList<SpamReason> reasons, SpamOptions options)
    {
        var score = reasons.Sum(reason => reason.Points);
        // A list is of one mailbox and somebody may have mistyped: what it denies is put aside, not sent back.
        var fate = reasons.Any(reason => reason.Sign is Denied) ? SpamFate.File
            : score >= options.RefuseOver ? SpamFate.Refuse
            : score >= options.FileOver ? SpamFate.File
            : score >= options.TagOver ? SpamFate.Tag
            : SpamFate.Take;
        return new SpamVerdict(Math.Round(score, 1), fate, reasons);
    }

    private static List<SpamReason> Own(SpamCase mail)
    {
        var reasons = SpamSigns.All.Where(sign => sign.IsThere(mail)).Select(sign => new SpamReason(sign.Name, sign.Points)).ToList();
        if (Bayes.Judge(mail) is { } learnt)
            reasons.Add(learnt);
        return reasons;
    }

    /// <summary>RFC 5235 §3.2: 0 is surely none, 100 surely spam; in the middle is what goes into SPAM.</summary>
    public static int Percent(SpamVerdict verdict, SpamOptions options) => verdict.Score switch
    {
        <= 0 => 0,
        var score when score < options.FileOver => (int)(score * 50 / options.FileOver),
        var score => (int)Math.Min(100, 50 + ((score - options.FileOver) * 50 / Math.Max(1, options.RefuseOver - options.FileOver))),
    };
}
