using System.Globalization;
using System.Resources;

namespace Casella.Pop3;

/// <summary>
/// The texts that a POP3 program shows to its user, in the session's language (RFC 6856 §3). Words.resx is English,
/// Words.it.resx Italian.
/// </summary>
internal sealed class Words(CultureInfo culture)
{
    private static readonly ResourceManager Texts = new("Casella.Pop3.Words", typeof(Words).Assembly);

    public static Words English { get; } = new(CultureInfo.GetCultureInfo("en"));
    public static Words Italian { get; } = new(CultureInfo.GetCultureInfo("it"));

    /// <summary>Languages for LANG, the server's own first, with their names in themselves.</summary>
    public static IReadOnlyList<(string Tag, string Name, Words Words)> Languages { get; } =
        [("en", "English", English), ("it", "Italiano", Italian)];

    public string Tag => culture.Name;

    /// <summary>A text by its name, with its places filled.</summary>
    public string this[string name, params object[] values] =>
        string.Format(culture, Texts.GetString(name, culture) ?? throw new MissingManifestResourceException(name), values);
}
