using System.Text;

namespace Casella.Imap.Tests.Witnesses;

/// <summary>A message as the world sends it; octets stand as Latin-1 in <see cref="Text"/>.</summary>
internal sealed record UglyMail(string Name, string Text)
{
    public byte[] Octets => Encoding.Latin1.GetBytes(Text);
}

/// <summary>
/// Messages that obey the RFCs in part, or not at all: charsets, addresses, boundaries, nesting, fields. Written for
/// this house after what mail programs have been seen to send; always the same ones.
/// </summary>
internal static class UglyMails
{
    public static IReadOnlyList<UglyMail> All { get; } = [.. Charsets(), .. Addresses(), .. Fields(), .. ContentFields(), .. Boundaries(), .. Nested()];

    private static UglyMail Mail(string name, params string[] lines) => new(name, string.Join("\r\n", lines) + "\r\n");

    private static IEnumerable<UglyMail> Charsets()
    {
        (string Charset, byte[] Octets)[] texts =
        [
            ("iso-8859-1", [0x70, 0x65, 0x72, 0x63, 0x68, 0xe9]), ("iso-8859-15", [0xa4, 0x20, 0x31, 0x30]), ("windows-1252", [0x80, 0x20, 0x93, 0x78, 0x94]),
            ("utf-8", [0xc3, 0xa8, 0x20, 0xe2, 0x82, 0xac]), ("UTF-8", [0xf0, 0x9f, 0x93, 0xac]), ("utf-7", "+AOg-"u8.ToArray()), ("koi8-r", [0xf0, 0xd2, 0xc9]),
            ("iso-2022-jp", [0x1b, 0x24, 0x42, 0x46, 0x7c, 0x4b, 0x5c, 0x1b, 0x28, 0x42]), ("gb2312", [0xc4, 0xe3]), ("gb18030", [0x81, 0x30, 0x81, 0x30]),
            ("big5", [0xa7, 0x41]), ("shift_jis", [0x93, 0xfa]), ("euc-kr", [0xb0, 0xa1]), ("us-ascii", [0x41, 0xff]), ("x-unknown", [0xe9]), ("", [0xe9, 0x80]),
        ];
        foreach (var (charset, octets) in texts)
        {
            var (raw, base64) = (Encoding.Latin1.GetString(octets), Convert.ToBase64String(octets));
            var quoted = string.Concat(octets.Select(octet => $"={octet:X2}"));
            yield return Mail($"charset {charset} B", $"Subject: =?{charset}?B?{base64}?=", $"From: =?{charset}?b?{base64}?= <anna@example.org>", "", "x");
            yield return Mail($"charset {charset} Q", $"Subject: =?{charset}?Q?{quoted}?=", $"To: =?{charset}?q?{quoted}?= <info@example.org>", "", "x");
            yield return Mail($"charset {charset} raw", $"Subject: {raw}", $"From: {raw} <anna@example.org>", $"Content-Type: text/plain; charset={charset}", "", raw);
            yield return Mail($"charset {charset} raw quoted", $"From: \"{raw}\" <anna@example.org>", $"Content-Type: text/plain; charset=\"{charset}\"; name=\"{raw}.txt\"", "Content-Transfer-Encoding: 8bit", "", raw);
            yield return Mail($"charset {charset} qp body", $"Content-Type: text/html; charset={charset}", "Content-Transfer-Encoding: quoted-printable", "", $"<p>{quoted}=", "</p>");
            yield return Mail($"charset {charset} base64 body", $"Content-Type: TEXT/Plain; Charset={charset.ToUpperInvariant()}", "Content-Transfer-Encoding: BASE64", "", base64);
        }
    }

    private static IEnumerable<UglyMail> Addresses()
    {
        string[] lists =
        [
            "anna@example.org", "<anna@example.org>", "Anna <anna@example.org>", "\"Anna, of the office\" <anna@example.org>", "Anna Maria <anna@example.org>, marco@example.org",
            "anna@example.org (Anna)", "anna@example.org (Anna (of the \\) office))", "(before) anna@example.org (after)", "Anna (comment) Maria <anna@example.org>",
            "office: anna@example.org, Marco <marco@example.org>;", "undisclosed-recipients:;", "undisclosed-recipients: ;", "one:a@example.org;, two:b@example.org;", "a: b@example.org",
            "office: anna@example.org; marco@example.org", "anna@example.org; marco@example.org", "anna@example.org,", ",anna@example.org", ",,anna@example.org,,", "", "   ",
            "<@relay.example.org:anna@example.org>", "<@a.test,@b.test:anna@example.org>", "anna", "Anna", "anna@", "@example.org", "<>", "<anna>", "anna@example", "anna@[192.0.2.1]",
            "Anna <anna@example.org", "Anna anna@example.org>", "Anna <<anna@example.org>>", "\"Anna <anna@example.org>", "Anna\" <anna@example.org>", "anna @ example.org", "anna@example . org",
            "anna.@example.org", ".anna@example.org", "an..na@example.org", "\"an na\"@example.org", "\"an\\\"na\"@example.org", "\"\"@example.org", "Anna <\"anna\"@example.org>",
            "=?utf-8?Q?Anna?= =?utf-8?Q?_Maria?= <anna@example.org>", "\"=?utf-8?Q?Anna?=\" <anna@example.org>", "=?utf-8?Q?Anna", "=?utf-8?B?####?= <anna@example.org>",
            "'Anna' <anna@example.org>", "Anna O'Neil <anna@example.org>", "Dr. Anna <anna@example.org>", "Anna @ home <anna@example.org>", "Anna: at home <anna@example.org>",
            "anna@example.org marco@example.org", "Anna <anna@example.org> Marco <marco@example.org>", "Anna <anna@example.org>,\r\n\tMarco\r\n <marco@example.org>", "Anna\r\n <anna@example.org>",
            "\\Anna <anna@example.org>", "<anna@example.org> Anna", "anna%home@example.org", "anna!bang@example.org", "mailto:anna@example.org", "<mailto:anna@example.org>", "anna@exa_mple.org",
            "anna@münchen.test", "<anna@example.org>, <marco@example.org>", "Anna [office] <anna@example.org>", "Anna <anna@example.org> (office)", "(only a comment)", "(never closed anna@example.org",
        ];
        foreach (var (list, index) in lists.Select((list, index) => (list, index)))
            yield return Mail($"address {index} {list}", $"From: {list}", $"To: {list}", "Subject: addresses", "", "x");
        yield return Mail("address many", $"To: {string.Join(",\r\n ", Enumerable.Range(1, 300).Select(n => $"Member {n} <m{n}@example.org>"))}", "", "x");
        yield return Mail("address long name", $"From: {new string('n', 2_000)} <anna@example.org>", "", "x");
        yield return Mail("address nested comments", $"From: {new string('(', 20)}deep{new string(')', 20)} <anna@example.org>", "", "x");
        yield return Mail("address two froms", "From: anna@example.org", "From: marco@example.org", "", "x");
        yield return Mail("address sender and reply-to empty", "From: anna@example.org", "Sender:", "Reply-To:", "", "x");
        yield return Mail("address sender alone", "Sender: anna@example.org", "", "x");
    }

    private static IEnumerable<UglyMail> Fields()
    {
        string[] fields =
        [
            "Subject:", "Subject: ", "Subject:no space", "Subject:  two  spaces  ", "Subject: folded\r\n once", "Subject: folded\r\n\ttab", "Subject: folded\r\n   many", "Subject:\r\n below", "Subject: \r\n \r\n below",
            "Subject: a\r\nSubject: b", "SUBJECT: loud", "Subject : space before colon", "Subject\t: tab before colon", "Subject: =?utf-8?Q?a?=\r\n =?utf-8?Q?b?=", "Subject: quote \" inside", "Subject: back \\ slash",
            "Subject: {12}", "Subject: NIL", "Subject: control \u0001 character", "Subject: \u007f", "Subject: tab\tinside",
            "Date: Tue, 24 Nov 2026 10:00:00 +0100", "Date: 24 Nov 26 10:00 EST", "Date: yesterday", "Date:", "Date: Tue, 24 Nov 2026 10:00:00 +0100 (CET)", "Date: Tue,\r\n 24 Nov 2026 10:00:00 +0100",
            "Message-ID: <a@example.org>", "Message-ID: a@example.org", "Message-ID: <a b@example.org>", "Message-ID: <a@example.org> (comment)", "Message-Id:<a@example.org>", "Message-ID:\r\n <a@example.org>", "Message-ID: <a@example.org><b@example.org>", "Message-ID:",
            "In-Reply-To: <a@example.org>", "In-Reply-To: <a@example.org>\r\n <b@example.org>", "In-Reply-To: Your message of Monday <a@example.org>", "In-Reply-To: \"Anna\" <a@example.org>", "In-Reply-To:",
            "References: <a@example.org>", "X-Empty:", "X-Long: " + new string('x', 3_000), "no colon here", ": no name", "From anna@example.org Tue Nov 24 10:00:00 2026", " begins with space",
        ];
        foreach (var (field, index) in fields.Select((field, index) => (field, index)))
            yield return Mail($"field {index} {field.Split('\r')[0][..Math.Min(30, field.Split('\r')[0].Length)]}", "From: anna@example.org", field, "To: info@example.org", "", "x");
        yield return new UglyMail("field no end of header", "From: anna@example.org\r\nSubject: ends here");
        yield return new UglyMail("field only an empty line", "\r\n");
        yield return new UglyMail("field no header", "\r\nonly a body\r\n");
        yield return new UglyMail("field no body", "Subject: x\r\n\r\n");
        yield return new UglyMail("field one octet", "x");
        yield return new UglyMail("field text without colon", "this is no header\r\nneither is this\r\n\r\nbody\r\n");
    }

    private static IEnumerable<UglyMail> ContentFields()
    {
        string[] types =
        [
            "text/plain", "TEXT/PLAIN", "text", "text/", "/plain", "", ";charset=utf-8", "text/plain;", "text/plain; ;", "text/plain; charset", "text/plain; charset=", "text/plain; charset=\"\"", "text/plain; =utf-8",
            "text/plain; charset=utf-8; charset=koi8-r", "text/plain charset=utf-8", "text/plain, charset=utf-8", "text/plain; charset=utf-8 format=flowed", "text/plain; charset=utf-8 (comment)", "(comment) text/plain", "text (comment) / plain",
            "text / plain; charset = utf-8", "text/plain;\r\n\tcharset=utf-8;\r\n format=flowed", "text/plain; charset=\"utf-8", "text/plain; charset='utf-8'", "text/plain; name=a b c.txt", "text/plain; name=\"a\\\"b.txt\"", "text/plain; name=a/b.txt",
            "text/plain; name*=utf-8''%C3%A8.txt", "text/plain; name*0=one; name*1=two.txt", "text/plain; name*0*=utf-8''%C3; name*1*=%A8.txt", "text/plain; name*1=two; name*0=one", "text/plain; name==?utf-8?Q?=C3=A8.txt?=", "text/plain; name=\"=?utf-8?Q?=C3=A8.txt?=\"",
            "text/plain; name*=bad", "text/x-strange+json", "application/octet-stream; name=x", "application/pdf", "image/png; name=\"x.png\"", "message/partial; id=a; number=1; total=2", "message/external-body; access-type=ftp", "x/y/z; a=b", "text/plain; a=1; b=2; c=3; d=4; e=5",
            "text/html;charset=utf-8;", "multipart", "text/plain\r\nContent-Type: text/html", "text/plain; charset=utf-8\r\n", "té/xt",
        ];
        foreach (var (type, index) in types.Select((type, index) => (type, index)))
            yield return Mail($"content-type {index} {type.Split('\r')[0]}", "MIME-Version: 1.0", $"Content-Type: {type.TrimEnd()}", "", "a line", "another");
        string[] others =
        [
            "Content-Transfer-Encoding: 7BIT", "Content-Transfer-Encoding: 8bit (really)", "Content-Transfer-Encoding: \"base64\"", "Content-Transfer-Encoding: x-uuencode", "Content-Transfer-Encoding:", "Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit",
            "Content-Disposition: inline", "Content-Disposition: attachment; filename=a.txt", "Content-Disposition: ATTACHMENT; FileName=\"a b.txt\"; size=12", "Content-Disposition: attachment; filename*=utf-8''%C3%A8.txt", "Content-Disposition: ; filename=a.txt", "Content-Disposition:", "Content-Disposition: attachment;\r\n filename*0=a;\r\n filename*1=b.txt",
            "Content-ID: <a@example.org>", "Content-ID: a", "Content-ID:", "Content-Description: a =?utf-8?Q?=C3=A8?=", "Content-Description:", "Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==", "Content-Language: it", "Content-Language: it, en", "Content-Language: it (Italian),\r\n en", "Content-Language:",
            "Content-Location: http://example.org/a", "Content-Location: a\r\n b", "MIME-Version: 2.0",
        ];
        foreach (var (field, index) in others.Select((field, index) => (field, index)))
            yield return Mail($"content field {index} {field.Split('\r')[0]}", "Content-Type: text/plain", field, "", "a line");
    }

    private static IEnumerable<UglyMail> Boundaries()
    {
        string[] boundaries = ["b", "\"b\"", "\"a b\"", "\"a:b=c\"", "=_next", "\"=_next_\\\"x\"", "'()+_,-./:=?", "\"(c)\"", "b (comment)", "\"b \"", new string('b', 70), new string('b', 100), "\"--\"", "b;charset=utf-8"];
        foreach (var boundary in boundaries)
        {
            var bare = boundary.StartsWith('"') ? boundary.Trim('"').Replace("\\", "", StringComparison.Ordinal) : boundary.Split(' ', ';')[0];
            yield return Mail($"boundary {boundary}", $"Content-Type: multipart/mixed; boundary={boundary}", "", $"--{bare}", "", "one", $"--{bare}", "Content-Type: text/html", "", "<p>two", $"--{bare}--");
        }

        const string Type = "Content-Type: multipart/mixed; boundary=b";
        yield return Mail("boundary never closed", Type, "", "--b", "", "one", "--b", "", "two");
        yield return Mail("boundary never used", Type, "", "only a preamble");
        yield return Mail("boundary missing", "Content-Type: multipart/mixed", "", "--b", "", "one", "--b--");
        yield return Mail("boundary empty", "Content-Type: multipart/mixed; boundary=\"\"", "", "--", "", "one", "----");
        yield return Mail("boundary preamble and epilogue", Type, "", "before", "--b", "", "one", "--b--", "after", "--b", "", "no part");
        yield return Mail("boundary no preamble line", Type, "--b", "", "one", "--b--");
        yield return Mail("boundary spaces after", Type, "", "--b  ", "", "one", "--b--  ", "after");
        yield return Mail("boundary tab after", Type, "", "--b\t", "", "one", "--b--");
        yield return Mail("boundary longer line", Type, "", "--bb", "", "one", "--b", "", "two", "--b--");
        yield return Mail("boundary text after", Type, "", "--b x", "", "one", "--b--");
        yield return Mail("boundary empty parts", Type, "", "--b", "--b", "", "--b", "", "", "--b--");
        yield return Mail("boundary closed at once", Type, "", "--b--");
        yield return Mail("boundary part without empty line", Type, "", "--b", "Content-Type: text/html", "--b", "", "two", "--b--");
        yield return Mail("boundary part header is text", Type, "", "--b", "this is no field", "", "one", "--b--");
        yield return new UglyMail("boundary ends the message", $"{Type}\r\n\r\n--b\r\n\r\none\r\n--b--");
        yield return new UglyMail("boundary without last line end", $"{Type}\r\n\r\n--b\r\n\r\none\r\n--b");
        yield return Mail("boundary two params", "Content-Type: multipart/mixed; boundary=a; boundary=b", "", "--a", "", "one", "--b", "", "two", "--a--");
        yield return Mail("boundary digest", "Content-Type: multipart/digest; boundary=b", "", "--b", "", "Subject: inner", "", "one", "--b", "Content-Type: text/plain", "", "two", "--b--");
        yield return Mail("boundary alternative in mixed", Type, "", "--b", "Content-Type: multipart/alternative; boundary=c", "", "--c", "", "one", "--c", "Content-Type: text/html", "", "<p>", "--c--", "--b", "Content-Type: image/png", "Content-Transfer-Encoding: base64", "", "AAAA", "--b--");
        yield return Mail("boundary same inside", Type, "", "--b", "Content-Type: multipart/alternative; boundary=b", "", "--b", "", "one", "--b--", "--b--");
        yield return Mail("boundary prefix of the outer", Type, "", "--b", "Content-Type: multipart/alternative; boundary=bb", "", "--bb", "", "one", "--bb--", "--b", "", "two", "--b--");
        yield return Mail("boundary outer is the prefix", "Content-Type: multipart/mixed; boundary=bb", "", "--bb", "Content-Type: multipart/alternative; boundary=b", "", "--b", "", "one", "--b--", "--bb--");
        yield return Mail("boundary inner never closed", Type, "", "--b", "Content-Type: multipart/alternative; boundary=c", "", "--c", "", "one", "--b", "", "two", "--b--");
        yield return Mail("boundary encoded multipart", "Content-Type: multipart/mixed; boundary=b", "Content-Transfer-Encoding: base64", "", "--b", "", "one", "--b--");
        yield return Mail("boundary signed", "Content-Type: multipart/signed; boundary=b; micalg=pgp-sha256; protocol=\"application/pgp-signature\"", "", "--b", "", "one", "--b", "Content-Type: application/pgp-signature", "", "x", "--b--");
        yield return Mail("boundary many parts", [Type, "", .. Enumerable.Range(0, 200).SelectMany(n => new[] { "--b", $"Content-Description: {n}", "", "x" }), "--b--"]);
        yield return Mail("boundary params on the multipart", "Content-Type: multipart/related; boundary=b; type=\"text/html\"; start=\"<a>\"", "Content-Disposition: inline", "Content-Language: it", "Content-Location: x", "", "--b", "Content-ID: <a>", "Content-Type: text/html", "", "<p>", "--b--");
    }

    private static IEnumerable<UglyMail> Nested()
    {
        for (var depth = 1; depth <= 12; depth++)
        {
            var lines = new List<string> { "Subject: outer" };
            for (var i = 0; i < depth; i++)
                lines.AddRange(["Content-Type: message/rfc822", "", $"Subject: inner {i}", "From: Anna <anna@example.org>"]);
            yield return Mail($"nested rfc822 {depth}", [.. lines, "", "x"]);
        }

        for (var depth = 1; depth <= 12; depth++)
        {
            var lines = new List<string>();
            for (var i = 0; i < depth; i++)
                lines.AddRange([$"Content-Type: multipart/mixed; boundary=b{i}", "", $"--b{i}"]);
            lines.AddRange(["", "x"]);
            for (var i = depth - 1; i >= 0; i--)
                lines.Add($"--b{i}--");
            yield return Mail($"nested multipart {depth}", [.. lines]);
        }

        yield return Mail("nested empty rfc822", "Content-Type: message/rfc822", "");
        yield return Mail("nested rfc822 without header", "Content-Type: message/rfc822", "", "", "x");
        yield return Mail("nested base64 rfc822", "Content-Type: message/rfc822", "Content-Transfer-Encoding: base64", "", "U3ViamVjdDogeA0KDQp4DQo=");
        yield return Mail("nested global", "Content-Type: message/global", "", "Subject: x", "", "x");
        yield return Mail("nested delivery report", "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "", "--b", "", "failed", "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; example.org", "", "Action: failed", "--b", "Content-Type: text/rfc822-headers", "", "Subject: x", "--b--");
        yield return Mail("nested rfc822 with parts", "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: message/rfc822", "", "Subject: inner", "Content-Type: multipart/alternative; boundary=c", "", "--c", "", "one", "--c--", "--b", "", "two", "--b--");
        yield return Mail("nested rfc822 cut by the outer", "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: message/rfc822", "", "Subject: inner", "--b", "", "two", "--b--");
        yield return Mail("nested rfc822 with disposition", "Content-Type: message/rfc822; name=a.eml", "Content-Disposition: attachment; filename=a.eml", "Content-Description: old mail", "Content-ID: <x>", "", "Subject: inner", "", "x");
    }
}
