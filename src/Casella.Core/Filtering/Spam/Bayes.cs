namespace Casella.Core.Filtering.Spam;

/// <summary>
/// Compares a message with those that members have marked (Robinson's combination of Fisher's method, as SpamBayes has
/// it): the words of the mailbox on top of those of the whole domain. Pure.
/// </summary>
internal static class Bayes
{
    public const string Spam = "BAYES_SPAM";
    public const string Ham = "BAYES_HAM";

    /// <summary>Fewer messages of either kind than this tell nothing.</summary>
    private const int LearntAtLeast = 5;

    /// <summary>What the mailbox's own members have said counts so much more than what others have.</summary>
    private const double OwnWeight = 3;

    /// <summary>A word that nobody knows is neither, with this strength.</summary>
    private const double UnknownStrength = 0.45;

    /// <summary>Words that are nearly as often in one kind as in the other tell nothing.</summary>
    private const double ClearBy = 0.1;
    private const int CluesAtMost = 150;
    private const int CluesAtLeast = 8;
    private const double MaxSpamPoints = 6.5;
    private const double MaxHamPoints = 4.0;

    /// <summary>Null when too little is known, or the words are of both kinds.</summary>
    public static SpamReason? Judge(SpamCase mail)
    {
        var (own, house) = (mail.Mailbox.Totals, mail.House.Totals);
        var spam = (OwnWeight * own.Spam) + house.Spam;
        var ham = (OwnWeight * own.Ham) + house.Ham;
        if (Math.Max(own.Spam, house.Spam) < LearntAtLeast || Math.Max(own.Ham, house.Ham) < LearntAtLeast)
            return null;
        var clues = Clues(mail, spam, ham);
        if (clues.Count < CluesAtLeast)
            return null;
        var isSpam = Probability(clues);
        // The middle is no answer, and mail that is lost costs more than spam that is read.
        return isSpam switch
        {
            > 0.8 => new SpamReason(Spam, Math.Round((isSpam - 0.8) / 0.2 * MaxSpamPoints, 1), Alike(clues)),
            < 0.3 => new SpamReason(Ham, Math.Round((isSpam - 0.3) / 0.3 * MaxHamPoints, 1)),
            _ => null,
        };
    }

    private static List<Clue> Clues(SpamCase mail, double spam, double ham)
    {
        var clues = new List<Clue>();
        foreach (var word in mail.Mailbox.Words.Keys.Union(mail.House.Words.Keys))
        {
            var (own, house) = (mail.Mailbox.Words.GetValueOrDefault(word), mail.House.Words.GetValueOrDefault(word));
            var inSpam = ((OwnWeight * own.Spam) + house.Spam) / spam;
            var inHam = ((OwnWeight * own.Ham) + house.Ham) / ham;
            double seen = Math.Max(own.Spam + own.Ham, house.Spam + house.Ham);
            if (seen <= 0 || inSpam + inHam <= 0)
                continue;
            var probability = ((UnknownStrength * 0.5) + (seen * inSpam / (inSpam + inHam))) / (UnknownStrength + seen);
            if (Math.Abs(probability - 0.5) >= ClearBy)
                clues.Add(new Clue(probability, (int)Math.Max(own.Spam, house.Spam)));
        }

        return [.. clues.OrderByDescending(clue => Math.Abs(clue.Probability - 0.5)).Take(CluesAtMost)];
    }

    /// <summary>0 good mail, 1 spam, 0.5 when both or neither are likely.</summary>
    private static double Probability(List<Clue> clues)
    {
        var asHam = ChiSquare(-2 * clues.Sum(clue => Math.Log(1 - clue.Probability)), clues.Count);
        var asSpam = ChiSquare(-2 * clues.Sum(clue => Math.Log(clue.Probability)), clues.Count);
        return (1 + asSpam - asHam) / 2;
    }

    /// <summary>The chance that a chi-square of twice so many degrees of freedom is at least so large.</summary>
    private static double ChiSquare(double value, int half)
    {
        var m = value / 2;
        // In logarithms: of 150 words the first term alone would be 0.
        var term = -m;
        var sum = Math.Exp(term);
        for (var i = 1; i < half; i++)
        {
            term += Math.Log(m / i);
            sum += Math.Exp(term);
        }

        return Math.Min(sum, 1);
    }

    /// <summary>How many messages it is like: as many as the strongest words have been in.</summary>
    private static int Alike(List<Clue> clues)
    {
        var counts = clues.Where(clue => clue.Probability > 0.5).Take(15).Select(clue => clue.Spam).Order().ToList();
        return counts.Count == 0 ? 0 : counts[counts.Count / 2];
    }

    private readonly record struct Clue(double Probability, int Spam);
}
