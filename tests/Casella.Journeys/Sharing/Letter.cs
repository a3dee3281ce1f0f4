using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Casella.Journeys.Sharing;

/// <summary>
/// A message of this journey as its writer has it: what every client, and the server, must give back byte for byte. Its
/// subject says who will do what with it, so that each client finds its own work as people do, by reading.
/// </summary>
internal sealed record Letter(string MessageId, string Task, byte[] Content, string BodyHash)
{
    public const string Outside = "mario@example.org";

    /// <param name="answered">The letter that this one answers.</param>
    public static Letter Write(string task, string from, string to, int number, Letter? answered = null)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{task.Replace(' ', '.')}.{number}@{from.Split('@')[1]}");
        var header = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"From: {from}\r\nTo: {to}\r\nDate: Wed, 25 Nov 2026 10:{number % 60:D2}:00 +0100\r\n")
            .Append(CultureInfo.InvariantCulture, $"Message-ID: <{id}>\r\nSubject: [{task}] Domanda di iscrizione {number}\r\n");
        if (answered is not null)
            header.Append(CultureInfo.InvariantCulture, $"In-Reply-To: <{answered.MessageId}>\r\nReferences: <{answered.MessageId}>\r\n");
        header.Append("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"limite\"\r\n\r\n");
        var body = Body(new Random(number), number);
        return new Letter(id, task, Encoding.UTF8.GetBytes(header + body), HashOf(Encoding.UTF8.GetBytes(body)));
    }

    /// <summary>Of the body as it is with CRLF: programs that keep files have LF, and one end of line more or less.</summary>
    public static string HashOfBody(ReadOnlySpan<byte> message)
    {
        var text = Encoding.Latin1.GetString(message).Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal);
        return HashOf(Encoding.Latin1.GetBytes(text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]));
    }

    /// <summary>The value of a header field that is on one line.</summary>
    public static string Field(ReadOnlySpan<byte> message, string name)
    {
        var text = Encoding.Latin1.GetString(message[..Math.Min(message.Length, 16_384)]).Replace("\r\n", "\n", StringComparison.Ordinal);
        var header = text[..text.IndexOf("\n\n", StringComparison.Ordinal)].Split('\n');
        return header.Single(line => line.StartsWith($"{name}: ", StringComparison.OrdinalIgnoreCase))[(name.Length + 2)..].Trim('<', '>');
    }

    private static string HashOf(byte[] body) => Convert.ToHexString(SHA256.HashData(Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(body).TrimEnd('\r', '\n'))));

    /// <summary>
    /// What breaks programs that are careless with bytes: a line that begins with a dot, one with "From ", accents in
    /// eight bits, trailing spaces, an attachment. Mostly some kilobytes; one in nine has a scan of half a megabyte.
    /// </summary>
    private static string Body(Random random, int number)
    {
        var body = new StringBuilder("--limite\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")
            .Append(CultureInfo.InvariantCulture, $"Buongiorno,\r\nperché non c'è più posto il {number}?  \r\n.\r\n..due punti\r\nFrom qui si parte.\r\n\r\n");
        for (var line = random.Next(10, 200); line > 0; line--)
            body.Append("Sessanta caratteri in ogni riga, che tutte insieme sono tante\r\n");
        body.Append("--limite\r\nContent-Type: application/pdf; name=\"modulo.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        var bytes = new byte[57];
        for (var line = number % 9 == 0 ? 7_000 : random.Next(20, 600); line > 0; line--)
        {
            random.NextBytes(bytes);
            body.Append(Convert.ToBase64String(bytes)).Append("\r\n");
        }

        return body.Append("--limite--\r\n").ToString();
    }
}
