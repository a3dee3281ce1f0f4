using System.Globalization;
using System.Resources;
using Casella.Core.Policies;
using Casella.Core.Quota;

namespace Casella.Imap;

/// <summary>
/// The texts that a client must show to its user (ALERT), in the mailbox's language. Alerts.resx is English, Alerts.it.resx
/// Italian. Both keep to ASCII, as RFC 3501 §9 wants of resp-text: no word in them needs an accent.
/// </summary>
internal static class Alerts
{
    private static readonly ResourceManager Texts = new("Casella.Imap.Alerts", typeof(Alerts).Assembly);

    public static string Of(QuotaAlert alert)
    {
        var culture = CultureInfo.GetCultureInfo(alert.Language is Language.Italian ? "it" : "en");
        if (alert.Percent >= 100)
            return Text("QuotaFull", culture);
        var words = Text("QuotaAlert", culture, alert.Percent);
        return alert.DaysLeft switch
        {
            > 1 and var days => $"{words} {Text("QuotaDaysLeft", culture, days)}",
            0 or 1 => $"{words} {Text("QuotaTomorrow", culture)}",
            _ => words,
        };
    }

    private static string Text(string name, CultureInfo culture, params object[] values) =>
        string.Format(culture, Texts.GetString(name, culture) ?? throw new MissingManifestResourceException(name), values);
}
