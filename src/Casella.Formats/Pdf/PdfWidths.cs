using System.Text;

namespace Casella.Formats.Pdf;

/// <summary>How wide Helvetica is, in thousandths of its size (Adobe's metrics of the core fonts).</summary>
internal static class PdfWidths
{
    private static readonly int[] Ascii =
    [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
        1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
        333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
    ];

    /// <summary>Letters with accents are as wide as without; what else there is is taken for a wide one.</summary>
    public static int Of(string text) => text.Sum(c =>
    {
        var plain = c < 128 ? c : c.ToString().Normalize(NormalizationForm.FormD)[0];
        return plain is >= ' ' and <= '~' ? Ascii[plain - ' '] : 722;
    });
}
