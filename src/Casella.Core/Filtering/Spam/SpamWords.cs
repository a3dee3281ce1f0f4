using System.Globalization;
using System.Resources;
using Casella.Core.Policies;
using Casella.Formats.SpamReports;

namespace Casella.Core.Filtering.Spam;

/// <summary>The filter's reasons as people read them, from Words.resx (English) and Words.it.resx.</summary>
public sealed class SpamWords(Language language)
{
    private static readonly ResourceManager Resources = new("Casella.Core.Filtering.Spam.Words", typeof(SpamWords).Assembly);

    private readonly CultureInfo _culture = CultureInfo.GetCultureInfo(language is Language.Italian ? "it-IT" : "en-GB");

    /// <summary>"first contact", "looks like 12 messages marked as SPAM".</summary>
    public string Of(SpamReason reason)
    {
        // Another server's sign, or one of a later version of this one: the name is better than nothing.
        if (Resources.GetString(reason.Sign, _culture) is not { } text)
            return reason.Sign;
        var forms = text.Split('|');
        return string.Format(_culture, reason.Count == 1 ? forms[0] : forms[^1], reason.Count);
    }

    /// <summary>What speaks for spam, the weightiest first, in one line; empty when nothing does.</summary>
    public string Against(IEnumerable<SpamReason> reasons) => string.Join("; ", reasons.Where(reason => reason.Points > 0).Select(Of));

    /// <summary>For the sender of a message that is not taken.</summary>
    public string Refusal(SpamVerdict verdict, string domain) =>
        string.Format(_culture, Text("Refusal"), Against(verdict.Reasons.Take(6)), $"postmaster@{domain}");

    /// <summary>What a stored message's field says.</summary>
    public static IReadOnlyList<SpamReason> Reasons(SpamStatus status) =>
        [.. status.Tests.Select(test => new SpamReason(test.Name, test.Score, test.Count))];

    private string Text(string name) => Resources.GetString(name, _culture) ?? throw new MissingManifestResourceException(name);
}
