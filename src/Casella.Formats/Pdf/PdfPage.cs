using System.Globalization;
using System.Text;

namespace Casella.Formats.Pdf;

/// <summary>
/// One sheet of paper as PDF (ISO 32000-1): text in the two faces that every reader has, lines, and filled squares. Text
/// is Windows-1252, which has all of Italian and English; what is not in it becomes a question mark.
/// </summary>
public sealed class PdfPage
{
    /// <summary>A4 in points; the origin is the lower left corner.</summary>
    public const double Width = 595;
    public const double Height = 842;

    private static readonly Encoding Ansi = CodePagesEncodingProvider.Instance.GetEncoding(
        1252, new EncoderReplacementFallback("?"), DecoderFallback.ExceptionFallback)!;

    private readonly StringBuilder _content = new();

    /// <param name="y">Of the line that the letters stand on.</param>
    /// <param name="gray">0 is black, 1 white.</param>
    public void Text(double x, double y, double size, string text, bool isBold = false, double gray = 0)
    {
        _content.Append(CultureInfo.InvariantCulture, $"BT {gray:0.##} g /{(isBold ? "B" : "R")} {size:0.##} Tf {x:0.##} {y:0.##} Td <");
        foreach (var octet in Ansi.GetBytes(text))
            _content.Append(octet.ToString("X2", CultureInfo.InvariantCulture));
        _content.Append("> Tj ET\n");
    }

    /// <summary>Text in lines that are no wider than so many points.</summary>
    /// <returns>Where the next line would stand.</returns>
    public double Paragraph(double x, double y, double size, double width, string text, double gray = 0)
    {
        foreach (var line in Lines(text, size, width))
        {
            Text(x, y, size, line, gray: gray);
            y -= size * 1.4;
        }

        return y;
    }

    public void Line(double x, double y, double width, double gray = 0.8) =>
        _content.Append(CultureInfo.InvariantCulture, $"{gray:0.##} G 0.6 w {x:0.##} {y:0.##} m {x + width:0.##} {y:0.##} l S\n");

    /// <summary>Black squares of a raster, the first row on top.</summary>
    public void Raster(double x, double top, double size, IReadOnlyList<IReadOnlyList<bool>> rows)
    {
        var module = size / rows.Count;
        _content.Append("0 g\n");
        for (var row = 0; row < rows.Count; row++)
            for (var column = 0; column < rows[row].Count; column++)
                if (rows[row][column])
                    _content.Append(CultureInfo.InvariantCulture, $"{x + (column * module):0.###} {top - ((row + 1) * module):0.###} {module:0.###} {module:0.###} re\n");
        _content.Append("f\n");
    }

    /// <param name="title">In the reader's window.</param>
    /// <param name="language">"it": programs that read aloud need it.</param>
    public byte[] Write(string title, string language)
    {
        var octets = Encoding.ASCII.GetBytes(_content.ToString());
        string[] objects =
        [
            $"<< /Type /Catalog /Pages 2 0 R /Lang ({language}) /ViewerPreferences << /DisplayDocTitle true >> >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            FormattableString.Invariant($"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {Width} {Height}] /Contents 4 0 R /Resources << /Font << /R 5 0 R /B 6 0 R >> >> >>"),
            FormattableString.Invariant($"<< /Length {octets.Length} >>\nstream\n{Encoding.ASCII.GetString(octets)}\nendstream"),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
            $"<< /Title <FEFF{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(title))}> /Producer (casella) >>",
        ];
        return Encoding.ASCII.GetBytes(Document(objects));
    }

    /// <summary>ISO 32000-1 §7.5: objects, where each begins, and where that is told.</summary>
    private static string Document(string[] objects)
    {
        var (text, places) = (new StringBuilder("%PDF-1.4\n"), new List<int>());
        for (var i = 0; i < objects.Length; i++)
        {
            places.Add(text.Length);
            text.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }

        var table = text.Length;
        text.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Length + 1}\n0000000000 65535 f \n");
        foreach (var place in places)
            text.Append(CultureInfo.InvariantCulture, $"{place:0000000000} 00000 n \n");
        return text.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Length + 1} /Root 1 0 R /Info {objects.Length} 0 R >>\nstartxref\n{table}\n%%EOF\n").ToString();
    }

    private static IEnumerable<string> Lines(string text, double size, double width)
    {
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && PdfWidths.Of(longer) * size / 1000 > width)
            {
                yield return line;
                line = word;
            }
            else
            {
                line = longer;
            }
        }

        if (line.Length > 0)
            yield return line;
    }
}
