using System.Text;

namespace Casella.Formats.Csv;

/// <summary>
/// Reads comma-separated values (RFC 4180): quoted fields with commas, doubled quotes and line ends in them, CRLF or
/// LF. A header with semicolons makes the semicolon the separator, because that is what Excel writes in Italy. Used by
/// account import.
/// </summary>
public static class CsvReader
{
    /// <summary>Records with the line each begins at; empty lines are left out.</summary>
    /// <exception cref="CsvException">A quote that does not end, or text behind a closing quote.</exception>
    public static IReadOnlyList<CsvRecord> Read(string text)
    {
        var header = text.AsSpan();
        var end = header.IndexOfAny('\r', '\n');
        header = end < 0 ? header : header[..end];
        var separator = header.Contains(';') && !header.Contains(',') ? ';' : ',';

        var records = new List<CsvRecord>();
        var position = 0;
        var line = 1;
        while (position < text.Length)
        {
            var record = ReadRecord(text, separator, ref position, ref line);
            if (record.Fields.Count > 1 || record.Fields[0].Length > 0)
                records.Add(record);
        }
        return records;
    }

    private static CsvRecord ReadRecord(string text, char separator, ref int position, ref int line)
    {
        var start = line;
        var fields = new List<string>();
        while (true)
        {
            fields.Add(position < text.Length && text[position] == '"'
                ? ReadQuoted(text, ref position, ref line)
                : ReadPlain(text, separator, ref position));
            if (position >= text.Length)
                break;
            if (text[position] == separator)
            {
                position++;
                continue;
            }
            if (text[position] is not ('\r' or '\n'))
                throw new CsvException(line, "after a closing quote comes the separator or the end of the line");
            position += text[position] == '\r' && position + 1 < text.Length && text[position + 1] == '\n' ? 2 : 1;
            line++;
            break;
        }
        return new CsvRecord(start, fields);
    }

    private static string ReadPlain(string text, char separator, ref int position)
    {
        var start = position;
        while (position < text.Length && text[position] != separator && text[position] is not ('\r' or '\n'))
            position++;
        return text[start..position].Trim();
    }

    private static string ReadQuoted(string text, ref int position, ref int line)
    {
        var start = line;
        var field = new StringBuilder();
        for (position++; position < text.Length; position++)
        {
            if (text[position] == '"')
            {
                if (position + 1 >= text.Length || text[position + 1] != '"')
                {
                    position++;
                    return field.ToString();
                }
                position++;
            }
            else if (text[position] == '\n')
            {
                line++;
            }
            field.Append(text[position]);
        }
        throw new CsvException(start, "a quote opens here and never closes");
    }
}

/// <param name="Line">Where it begins, from 1.</param>
public sealed record CsvRecord(int Line, IReadOnlyList<string> Fields);

/// <summary>The text is not comma-separated values.</summary>
public sealed class CsvException(int line, string message) : Exception(message)
{
    public int Line { get; } = line;
}
