using System.Globalization;
using System.Text;

namespace Casella.Web.Office;

/// <summary>A login made of a name, as an office would: "Niccolò De Santis" is niccolo.desantis.</summary>
internal static class LoginProposal
{
    public static string Of(string name)
    {
        var words = name.Normalize(NormalizationForm.FormD).Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => new string([.. word.Where(char.IsAsciiLetterOrDigit)]).ToLower(CultureInfo.InvariantCulture))
            .Where(word => word.Length > 0).ToList();
        return words.Count < 2 ? string.Concat(words) : $"{words[0]}.{string.Concat(words.Skip(1))}";
    }
}
