using System.Text;
using Casella.Formats.Addresses;

namespace Casella.Formats.Mime;

/// <summary>Trace fields (RFC 5321 §4.4): what this server writes at the top of each message that it takes.</summary>
public static class TraceField
{
    /// <summary>Characters of a client's own words (EHLO) that are repeated.</summary>
    private const int MaxHello = 100;

    /// <summary>The Received field with its line ends, folded.</summary>
    public static byte[] Received(TraceFacts facts)
    {
        var field = new StringBuilder("Received: from ");
        field.Append(Printable(facts.HeloName ?? "unknown")).Append(" ([").Append(facts.Remote).Append("])\r\n");
        field.Append("\tby ").Append(facts.HostName).Append(" with ").Append(facts.With).Append(" id ").Append(facts.Id);
        if (facts.For is { } recipient)
            field.Append("\r\n\tfor <").Append(recipient.ToWire()).Append('>');
        field.Append(";\r\n\t").Append(MessageDate.Format(facts.At)).Append("\r\n");
        return Encoding.UTF8.GetBytes(field.ToString());
    }

    /// <summary>The Return-Path field with its line end; null is &lt;&gt;.</summary>
    public static byte[] ReturnPath(EmailAddress? reversePath) => Encoding.UTF8.GetBytes($"Return-Path: <{reversePath?.ToWire()}>\r\n");

    /// <summary>A stranger's word in our own field: nothing of it may end a line, a comment or the field.</summary>
    private static string Printable(string hello)
    {
        var cut = hello.Length > MaxHello ? hello[..MaxHello] : hello;
        return string.Create(cut.Length, cut, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = source[i] is > ' ' and < '\x7F' and not ('(' or ')' or ';' or '\\' or '"') ? source[i] : '?';
        });
    }
}

/// <summary>What a Received field tells.</summary>
/// <param name="HeloName">The client's EHLO argument, as it gave it; null when it gave none.</param>
/// <param name="Remote">The client's address, as an address literal's inside: "192.0.2.1" or
/// "IPv6:2001:db8::1".</param>
/// <param name="HostName">This server.</param>
/// <param name="With">RFC 3848 and RFC 6531 §4.3: "ESMTP", "ESMTPS", "ESMTPSA", "UTF8SMTPS"…</param>
/// <param name="Id">The transaction's name in our log.</param>
/// <param name="For">The recipient when there is only one: the others are nobody's business.</param>
/// <param name="At">When it was taken.</param>
public sealed record TraceFacts(
    string? HeloName, string Remote, string HostName, string With, string Id, EmailAddress? For, DateTimeOffset At);
