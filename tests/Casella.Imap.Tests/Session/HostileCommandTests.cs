using System.Text;
using AwesomeAssertions;
using Casella.Imap.Session;
using Casella.Net.Framing;
using CsCheck;
using Xunit;

namespace Casella.Imap.Tests.Session;

/// <summary>Whatever words follow a command, it is understood or BAD; nothing else comes out of the parser.</summary>
public sealed class HostileCommandTests
{
    private static readonly string[] Words =
    [
        "RETURN", "(", ")", "()", "((", "))", "MIN", "ALL", "COUNT", "SAVE", "PARTIAL", "-1:-2", "1:2", "0", "$", "*", "1:*", "4294967295", "4294967296",
        "99999999999999999999", "CHARSET", "UTF-8", "KOI8-R", "NOT", "OR", "UID", "SUBJECT", "HEADER", "\"x\"", "\"", "\"\\\"", "{3}\r\nabc", "{9}\r\nabc",
        "{}", "~{3}\r\nabc", "REVERSE", "DATE", "DISPLAYFROM", "REFERENCES", "ORDEREDSUBJECT", "MODSEQ", "\"/flags/\\\\seen\"", "all", "OLDER", "YOUNGER",
        "SAVEDON", "1-Feb-2024", "EMAILID", "THREADID", "T1-1", "BINARY[1]", "BINARY.SIZE[", "BINARY.PEEK[1.2.3]<0.1>", "BODY[", "]", "PREVIEW", "(LAZY)",
        "CHANGEDSINCE", "VANISHED", "STATUS", "(MESSAGES", "USE", "(\\Sent", "UTF8", "INBOX", "&AOk-", "\u00e9", "\0", "\r\n", "", " ",
    ];

    private static readonly string[] Commands =
    [
        "SEARCH", "UID SEARCH", "SORT", "UID SORT", "THREAD", "UID THREAD", "FETCH", "UID FETCH", "LIST", "CREATE", "STATUS", "APPEND", "REPLACE",
        "UID REPLACE", "ENABLE", "UNAUTHENTICATE", "COPY", "STORE",
    ];

    [Fact]
    public void Any_words_are_understood_or_bad() =>
        Gen.Select(Gen.Int[0, Commands.Length - 1], Gen.Int[0, Words.Length - 1].Array[0, 12], Gen.Bool, Gen.Bool).Sample(
            (command, words, isUpload, hasUtf8Names) =>
            {
                var text = $"a {Commands[command]} {string.Join(' ', words.Select(word => Words[word]))}";
                var literal = isUpload ? new LiteralAnnouncement(3, IsSynchronizing: false, IsBinary: words.Length % 2 == 0) : default(LiteralAnnouncement?);
                var line = CommandLine.Parse(new FramedCommand(Encoding.UTF8.GetBytes(text), literal), ImapStates.Selected, hasUtf8Names);
                (line.Command is null).Should().Be(line.Refusal is { Status: ReplyStatus.Bad });
            },
            iter: 50_000);
}
