using System.Globalization;
using System.Resources;

namespace Casella.Imap;

/// <summary>
/// The language of the texts that an IMAP program may show to its user (LANGUAGE, RFC 5255 §3). The code has them in
/// English; Words.it.resx has the Italian ones by the English. What only a developer reads (BAD) is English always.
/// </summary>
internal sealed class Words(string tag, string culture)
{
    private const string Completed = " completed";

    private static readonly ResourceManager Texts = new("Casella.Imap.Words", typeof(Words).Assembly);

    private readonly CultureInfo _culture = CultureInfo.GetCultureInfo(culture);

    /// <summary>RFC 5255 §3.1: what is spoken until the client asks for something else.</summary>
    public static Words Default { get; } = new("i-default", "en");

    public static Words English { get; } = new("en", "en");

    public static Words Italian { get; } = new("it", "it");

    public static IReadOnlyList<Words> All { get; } = [English, Italian, Default];

    /// <summary>Language tag (RFC 4646).</summary>
    public string Tag => tag;

    /// <summary>A text in this language; as it is when there is no other for it.</summary>
    public string Of(string english)
    {
        if (Texts.GetString(english, _culture) is { } text)
            return text;
        return english.EndsWith(Completed, StringComparison.Ordinal)
            ? string.Format(_culture, Texts.GetString("{0} completed", _culture)!, english[..^Completed.Length])
            : english;
    }
}
