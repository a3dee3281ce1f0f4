using System.Globalization;

namespace Casella.Web.Setup;

/// <summary>
/// An address for people and not for programs that collect addresses: in words for who has no scripts, as numbers for
/// our script, which makes it a link.
/// </summary>
internal sealed class CloakedAddress(string address, Words words)
{
    /// <summary>"office at example dot org".</summary>
    public string InWords => address.Replace("@", words["HelpAt"], StringComparison.Ordinal).Replace(".", words["HelpDot"], StringComparison.Ordinal);

    /// <summary>The codes of its letters, the last one first.</summary>
    public string Letters => string.Join(' ', address.Reverse().Select(letter => ((int)letter).ToString(CultureInfo.InvariantCulture)));
}
