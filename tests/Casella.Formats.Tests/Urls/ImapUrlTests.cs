using Casella.Formats.Urls;
using CsCheck;

namespace Casella.Formats.Tests.Urls;

public sealed class ImapUrlTests
{
    [Theory]
    // RFC 5092 §5, §6, §9, §10, RFC 4467 §3, RFC 4469 §A
    [InlineData("imap://minbari.example.org/gray-council;UIDVALIDITY=385759045/;UID=20/;PARTIAL=0.1024")]
    [InlineData("imap://psicorp.example.org/~peter/%E6%97%A5%E6%9C%AC%E8%AA%9E/%E5%8F%B0%E5%8C%97")]
    [InlineData("imap://;AUTH=GSSAPI@minbari.example.org/gray-council/;UID=20/;SECTION=1.2")]
    [InlineData("imap://;AUTH=*@minbari.example.org/gray%20council?SUBJECT%20shadows")]
    [InlineData("imap://john;AUTH=*@minbari.example.org/babylon5/personel?charset%20UTF-8%20SUBJECT%20%7B14+%7D%0D%0A%D0%98%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2%D0%B0")]
    [InlineData("imap://michael@example.org/INBOX")]
    [InlineData("imap://bester@example.org/INBOX/;UID=20/;SECTION=1.2")]
    [InlineData("imap://joe@example.com/INBOX/;UID=20/;SECTION=1.2;URLAUTH=submit+fred:INTERNAL:91354a473744909de610943775f92038")]
    [InlineData("imap://joe@example.com/INBOX/;UID=20/;SECTION=1.2;EXPIRE=2030-01-01T00:00:00Z;URLAUTH=anonymous")]
    [InlineData("imap://[2001:db8::1]:143/INBOX")]
    [InlineData("/Drafts;UIDVALIDITY=385759045/;UID=20/;SECTION=HEADER")]
    [InlineData(";UID=20/;SECTION=TEXT")]
    [InlineData("/;UID=20")]
    [InlineData("Sent/2026/;UID=7/;PARTIAL=100")]
    // RFC 3986 §4.2: a name, and neither a server nor the root.
    [InlineData("imap%3A//f/;UID=7")]
    [InlineData("%2Ff/;UID=7")]
    public void It_is_written_as_it_was_read(string text)
    {
        ImapUrl.TryParse(text, out var url).Should().BeTrue();

        url!.ToString().Should().Be(text);
    }

    [Fact]
    public void Its_parts_are_decoded()
    {
        ImapUrl.TryParse("imap://an%2Fna@example.org/Bozze%20di%20perch%C3%A9;uidvalidity=7/;uid=20/;section=1.MIME/;partial=5.6", out var url).Should().BeTrue();

        url.Should().Be(new ImapUrl
        {
            Server = new ImapUrlServer("an/na", null, "example.org", null),
            IsRooted = true,
            Mailbox = "Bozze di perché",
            UidValidity = 7,
            Uid = 20,
            Section = "1.MIME",
            Partial = new ImapUrlPartial(5, 6),
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("imap://")]
    [InlineData("imap:///INBOX")]
    [InlineData("imap://user@/INBOX")]
    [InlineData("imap://@example.org/INBOX")]
    [InlineData("imap://example.org:99999/INBOX")]
    [InlineData("imap://exa mple.org/INBOX")]
    [InlineData("/INBOX/;UID=0")]
    [InlineData("/INBOX/;UID=4294967296")]
    [InlineData("/INBOX/;UID=")]
    [InlineData("/INBOX;UIDVALIDITY=/;UID=1")]
    [InlineData("/;UIDVALIDITY=1/;UID=1")]
    [InlineData("/INBOX/;UID=1/;SECTION=")]
    [InlineData("/INBOX/;UID=1/;PARTIAL=1.0")]
    [InlineData("/INBOX/;UID=1/;PARTIAL=.1")]
    [InlineData("/INBOX/;UID=1x")]
    [InlineData("/INBOX;SOMETHING=1/;UID=1")]
    [InlineData("/IN%ZZBOX/;UID=1")]
    [InlineData("/IN%00BOX/;UID=1")]
    [InlineData("/IN%C3BOX/;UID=1")]
    [InlineData("/IN%4")]
    [InlineData("/INBOX/;UID=1;URLAUTH=")]
    [InlineData("/INBOX/;UID=1;URLAUTH=everybody")]
    [InlineData("/INBOX/;UID=1;URLAUTH=user+")]
    [InlineData("/INBOX/;UID=1;URLAUTH=authuser:INTERNAL:abc")]
    [InlineData("/INBOX/;UID=1;EXPIRE=soon;URLAUTH=authuser")]
    public void What_is_none_is_refused(string text) => ImapUrl.TryParse(text, out _).Should().BeFalse();

    [Fact]
    public void It_has_an_end() => ImapUrl.TryParse("/" + new string('a', ImapUrl.MaxLength), out _).Should().BeFalse();

    [Fact]
    public void Whatever_comes_it_is_read_or_refused_and_what_was_read_is_read_again_as_the_same()
    {
        string[] pieces =
        [
            "imap://", "/", ";", "UID=", ";UID=20", ";UIDVALIDITY=7", "/;SECTION=", "1.2", "HEADER", ";PARTIAL=", "5", ".", "?", ":", "@", "%20", "%2F", "%C3%A9", "%", "INBOX",
            ";URLAUTH=", "user+anna", "authuser", ":INTERNAL:", "91354a473744909de610943775f92038", ";EXPIRE=2030-01-01T00:00:00Z", ";AUTH=*", "example.org", "[::1]", "\u00E9",
        ];
        Gen.Int[0, pieces.Length - 1].Array[0, 12].Select(chosen => string.Concat(chosen.Select(i => pieces[i]))).Sample(text =>
        {
            if (!ImapUrl.TryParse(text, out var url))
                return true;
            return ImapUrl.TryParse(url!.ToString(), out var again) && url == again;
        });
    }
}
