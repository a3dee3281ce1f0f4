using System.Globalization;
using System.Resources;

namespace Casella.Formats.Sieve;

/// <summary>The words for authors of scripts, from Words.resx (English) and Words.it.resx.</summary>
internal static class Words
{
    private static readonly ResourceManager Resources = new("Casella.Formats.Sieve.Words", typeof(Words).Assembly);

    /// <exception cref="MissingManifestResourceException">No such text.</exception>
    public static string Of(string name, CultureInfo language, params object[] values) => string.Format(
        language, Resources.GetString(name, language) ?? throw new MissingManifestResourceException(name), values);
}
