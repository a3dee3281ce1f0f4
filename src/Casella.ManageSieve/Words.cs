using System.Globalization;
using System.Resources;
using Casella.Core.Policies;

namespace Casella.ManageSieve;

/// <summary>
/// The texts that a filter editor shows to its user: English before sign-in, then in the mailbox's language. Words.resx
/// is English, Words.it.resx Italian.
/// </summary>
internal sealed class Words(CultureInfo culture)
{
    private static readonly ResourceManager Texts = new("Casella.ManageSieve.Words", typeof(Words).Assembly);

    public static Words English { get; } = new(CultureInfo.GetCultureInfo("en"));
    public static Words Italian { get; } = new(CultureInfo.GetCultureInfo("it"));

    public CultureInfo Culture => culture;

    public static Words Of(Language language) => language is Language.Italian ? Italian : English;

    /// <summary>A text by its name, with its places filled.</summary>
    public string this[string name, params object[] values] =>
        string.Format(culture, Texts.GetString(name, culture) ?? throw new MissingManifestResourceException(name), values);
}
