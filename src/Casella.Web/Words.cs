using System.Globalization;
using System.Resources;
using Casella.Core;
using Casella.Core.Policies;

namespace Casella.Web;

/// <summary>
/// All that a page says, in the reader's language: of the webmail in Words.resx, of the set-up of programs in
/// Setup/SetupWords.resx, and so on; all are English, with Italian beside them. A text with "|" has a form for one and a form for
/// other numbers.
/// </summary>
internal sealed class Words(CultureInfo culture)
{
    private static readonly ResourceManager[] Texts =
        [
            .. from name in (string[])
            [
                "Casella.Web.Words", "Casella.Web.Setup.SetupWords", "Casella.Web.Rules.RuleWords", "Casella.Web.Space.SpaceWords",
                "Casella.Web.Contacts.ContactWords", "Casella.Web.Reading.Documents.DocumentWords", "Casella.Web.Security.SecurityWords",
                "Casella.Web.Office.OfficeWords", "Casella.Web.Moving.MovingWords",
            ]
            select new ResourceManager(name, typeof(Words).Assembly),
        ];

    public static Words English { get; } = new(CultureInfo.GetCultureInfo("en-GB"));
    public static Words Italian { get; } = new(CultureInfo.GetCultureInfo("it-IT"));

    public CultureInfo Culture => culture;
    public Language Language => ReferenceEquals(this, Italian) ? Language.Italian : Language.English;

    /// <summary>For the page's lang attribute.</summary>
    public string Tag => culture.TwoLetterISOLanguageName;

    public static Words Of(Language language) => language is Language.Italian ? Italian : English;

    public string this[string name] =>
        Texts.Select(texts => texts.GetString(name, culture)).FirstOrDefault(text => text is not null) ?? throw new MissingManifestResourceException(name);

    public string this[string name, params object?[] values] => string.Format(culture, this[name], values);

    /// <summary>"1 message", "3 messages".</summary>
    public string Count(string name, int count, params object?[] more)
    {
        var forms = this[name].Split('|');
        return string.Format(culture, count == 1 ? forms[0] : forms[^1], [count, .. more]);
    }

    public string Of(MailException failure) => this[Errors.Of(failure.Error)];

    /// <summary>"3,2 MB".</summary>
    public string Size(long bytes) => bytes switch
    {
        < 1024 => $"{bytes.ToString(culture)} B",
        < 1024 * 1024 => $"{(bytes / 1024.0).ToString("0", culture)} kB",
        < 1024L * 1024 * 1024 => $"{(bytes / 1048576.0).ToString("0.#", culture)} MB",
        _ => $"{(bytes / 1073741824.0).ToString("0.##", culture)} GB",
    };

    /// <summary>As short as a list wants it: the hour of today, the day of this year, else the date.</summary>
    public string ShortTime(DateTimeOffset moment, DateTimeOffset now, TimeZoneInfo zone)
    {
        var (there, today) = (TimeZoneInfo.ConvertTime(moment, zone), TimeZoneInfo.ConvertTime(now, zone));
        return there.Date == today.Date ? there.ToString("HH:mm", culture)
            : there.Year == today.Year ? there.ToString("d MMM", culture)
            : there.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);
    }

    public string LongTime(DateTimeOffset moment, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(moment, zone).ToString("dddd d MMMM yyyy, HH:mm", culture);
}
