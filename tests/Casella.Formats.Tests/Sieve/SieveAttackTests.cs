using System.Text;
using Casella.Formats.Sieve;

namespace Casella.Formats.Tests.Sieve;

/// <summary>
/// Scripts as weapons: each ends within a second on a small stack, and whatever else happens the message is kept.
/// </summary>
public sealed class SieveAttackTests
{
    private static readonly Dictionary<string, Func<(string Script, string Message)>> Attacks = new(StringComparer.Ordinal)
    {
        ["a regex that backtracks"] = () => (Test("regex", ":regex", "(a+)+$"), Subject(new string('a', 100_000) + "!")),
        ["a regex of nested repeats"] = () => (Test("regex", ":regex", "((a{1,200}){1,200}){1,200}b"), Subject(new string('a', 10_000))),
        ["a regex of alternatives"] = () => (Test("regex", ":regex", "(a|aa|aaa|aaaa|b)*c"), Subject(new string('a', 200_000))),
        ["a regex of optional letters"] = () => (Test("regex", ":regex", Repeat("a?", 200) + Repeat("a", 200)), Subject(new string('a', 200_000))),
        ["a regex of classes"] = () => (Test("regex", ":regex", Repeat("[[:alpha:]]*", 80) + "1"), Subject(new string('a', 200_000))),
        ["a regex of many variables"] = () => (
            "require [\"regex\",\"variables\"]; set \"a\" \"" + new string('a', 4000) + "\"; if string :regex \"x\" \"${a}\" { discard; }", Subject("x")),
        ["many stars on a megabyte"] = () => (Test(null, ":matches", "*a*a*a*a*a*a*b"), Subject(new string('a', 900_000))),
        ["stars that nearly match"] = () => (Test(null, ":matches", "*" + new string('a', 30_000) + "b*"), Subject(new string('a', 900_000))),
        ["stars and question marks"] = () => (Test(null, ":matches", Repeat("*?", 20_000) + "b"), Subject(new string('a', 900_000))),
        ["a long key many times"] = () => (
            "if anyof (" + string.Join(',', Enumerable.Repeat("header :contains \"subject\" \"" + new string('a', 400) + "b\"", 2_000)) + ") { discard; }",
            Subject(new string('a', 900_000))),
        ["variables that double"] = () => (
            "require \"variables\"; set \"a\" \"0123456789\";" + Repeat("set \"a\" \"${a}${a}\";", 10_000), Subject("x")),
        ["long texts of variables"] = () => (
            "require [\"variables\",\"fileinto\"]; set \"a\" \"" + new string('x', 4096) + "\";" + Repeat("if string \"" + Repeat("${a}", 1_000) + "\" \"y\" { discard; }", 200), Subject("x")),
        ["many variables"] = () => (
            "require \"variables\";" + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"set \"v{i}\" \"x\";")), Subject("x")),
        ["ten thousand redirects"] = () => (string.Concat(Enumerable.Range(0, 10_000).Select(i => $"redirect \"a{i}@example.org\";")), Subject("x")),
        ["ten thousand folders"] = () => ("require \"fileinto\";" + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"fileinto \"f{i}\";")), Subject("x")),
        ["ten thousand notices"] = () => (
            "require \"enotify\";" + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"notify \"mailto:a{i}@example.org\";")), Subject("x")),
        ["half a million commands"] = () => ("require \"variables\";" + Repeat("set\"a\"\"\";", 80_000), Subject("x")),
        ["nested blocks"] = () => (Repeat("if true {", 100_000), Subject("x")),
        ["nested tests"] = () => ("if " + Repeat("not ", 200_000) + "true { discard; }", Subject("x")),
        ["nested lists"] = () => ("if " + Repeat("anyof(", 150_000), Subject("x")),
        ["an open list"] = () => ("if header \"a\" [" + Repeat("\"a\",", 200_000), Subject("x")),
        ["a script of 50 MB"] = () => ("#" + new string('x', 50_000_000), Subject("x")),
        ["loops inside loops"] = () => (
            "require [\"foreverypart\",\"mime\"]; foreverypart { foreverypart { foreverypart { foreverypart { if header :mime :anychild \"a\" \"b\" { discard; } } } } }", Nested(90)),
        ["too many loops"] = () => ("require \"foreverypart\";" + Repeat("foreverypart {", 20) + Repeat("}", 20), Nested(9)),
        ["loops over many parts"] = () => (
            "require [\"foreverypart\",\"mime\",\"extracttext\",\"variables\"]; foreverypart { if header :mime :anychild :contenttype \"content-type\" \"x/y\" { discard; } extracttext \"a\"; }",
            Wide(9_000)),
        ["a script that includes itself"] = () => ("require \"include\"; include \"self\";", Subject("x")),
        ["scripts that include each other"] = () => ("require \"include\"; include \"ping\";", Subject("x")),
        ["includes without end"] = () => ("require \"include\"; include \"many\";", Subject("x")),
        ["a header of line ends"] = () => (
            "require [\"editheader\",\"variables\",\"encoded-character\"]; addheader \"X-A\" \"b${hex:0d 0a}Bcc: x@example.org\";", Subject("x")),
        ["headers without end"] = () => ("require \"editheader\";" + Repeat("addheader \"X-A\" \"" + new string('b', 300) + "\";", 2_000), Subject("x")),
        ["many fields deleted"] = () => ("require \"editheader\";" + Repeat("deleteheader :index 1 :last \"X-A\";", 1_000), Fields(20_000)),
        ["many fields looked at"] = () => (string.Concat(Enumerable.Repeat("if header \"x-b\" \"c\" { discard; }", 20_000)), Fields(20_000)),
        ["dates of nowhere"] = () => (
            "require [\"date\",\"variables\"]; if date :zone \"+1400\" :matches \"date\" \"iso8601\" \"*\" { set \"a\" \"${1}\"; }", "Date: Fri, 31 Dec 9999 23:59:59 -1200\r\n\r\nx"),
        ["dates of the beginning"] = () => ("require \"date\"; if date :zone \"-1400\" \"date\" \"year\" \"1\" { keep; }", "Date: Mon, 1 Jan 0001 00:00:00 +0000\r\n\r\nx"),
        ["numbers without end"] = () => (
            "require [\"relational\",\"comparator-i;ascii-numeric\"]; if header :value \"gt\" :comparator \"i;ascii-numeric\" \"subject\" \"1\" { keep; }", Subject(new string('9', 900_000))),
        ["a body of 30 MB"] = () => (
            "require \"body\"; if body :raw :matches \"*a*b*c*d*\" { discard; } if body :text :contains \"zz\" { discard; }", "\r\n" + new string('a', 30_000_000)),
        ["a body of HTML"] = () => ("require \"body\"; if body :text :contains \"zz\" { discard; }", "Content-Type: text/html\r\n\r\n" + Repeat("<div>", 500_000)),
        ["enclosing without end"] = () => ("require \"enclose\";" + Repeat("enclose \"ciao\";", 10_000), Subject("x")),
        ["enclosing with much text"] = () => ("require [\"enclose\",\"variables\"];" + "set \"a\" \"" + new string('x', 4000) + "\";" + Repeat("enclose \"" + Repeat("${a}", 15) + "\";", 100), Subject("x")),
        ["enclosing 30 MB"] = () => ("require [\"enclose\",\"foreverypart\"];" + Repeat("enclose \"ciao\"; foreverypart { break; }", 90), "\r\n" + new string('a', 30_000_000)),
        ["parts that grow"] = () => (
            "require [\"replace\",\"foreverypart\"]; foreverypart { foreverypart { replace :mime \"Content-Type: multipart/mixed; boundary=z\r\n\r\n--z\r\n\r\na\r\n--z\r\n\r\nb\r\n--z--\"; } }",
            Wide(200)),
        ["every part replaced"] = () => ("require [\"replace\",\"foreverypart\"]; foreverypart { foreverypart { replace \"x\"; } }", Wide(9_000)),
        ["an entity of many levels"] = () => (
            "require \"replace\"; replace :mime \"" + string.Concat(Enumerable.Range(0, 900).Select(i => $"Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n")) + "\r\nx\";", Subject("x")),
        ["a boundary in a part"] = () => ("require [\"replace\",\"foreverypart\"]; foreverypart { foreverypart { replace :mime \"Content-Type: text/plain\r\n\r\nx\r\n--b--\r\ny\"; } }", Wide(3)),
        ["an odd unicode"] = () => (
            "require [\"comparator-i;unicode-casemap\",\"variables\"]; if header :matches :comparator \"i;unicode-casemap\" \"subject\" \"*\uFDFA*?\" { set \"a\" \"${1}\"; }",
            Subject(Repeat("\uFDFA", 20_000))),
        ["half characters"] = () => (
            "require [\"variables\",\"encoded-character\",\"fileinto\"]; set \"a\" \"${unicode:1F600}\"; if string :matches \"${a}\" \"?\" { fileinto \"${1}\"; }", Subject("x")),
        ["wildcards quoted again and again"] = () => (
            "require \"variables\"; set \"a\" \"****\";" + Repeat("set :quotewildcard \"a\" \"${a}\";", 5_000), Subject("x")),
        ["lengths of lengths"] = () => ("require \"variables\"; set \"a\" \"x\";" + Repeat("set :length :upperfirst :lower \"a\" \"${a}${a}\";", 10_000), Subject("x")),
        ["marks without end"] = () => ("require \"imap4flags\";" + string.Concat(Enumerable.Range(0, 15_000).Select(i => $"addflag \"k{i}\";")), Subject("x")),
        ["ten thousand duplicates"] = () => ("require \"duplicate\";" + string.Concat(Enumerable.Range(0, 9_000).Select(i => $"if duplicate :handle \"h{i}\" {{ discard; }}")), Subject("x")),
        ["a parameter of 100,000 pieces"] = () => (
            "require \"mime\"; if header :mime :param \"a\" :matches \"content-type\" \"*x*y*\" { discard; }",
            "Content-Type: text/plain" + string.Concat(Enumerable.Range(0, 100_000).Select(i => $"; a*{i}=x")) + "\r\n\r\nx"),
        ["addresses without end"] = () => (
            "require \"relational\"; if address :count \"gt\" :comparator \"i;ascii-casemap\" \"to\" \"1\" { keep; } if address :domain :matches \"to\" \"*a*a*a*b\" { discard; }",
            "To: " + Repeat("aaaa@aaaa.aaaa.example.org, ", 30_000) + "b@example.org\r\n\r\nx"),
        ["an answer of a megabyte"] = () => ("require \"vacation\"; vacation \"" + new string('a', 900_000) + "\";", Subject("x")),
        ["dates of every server"] = () => ("require [\"date\",\"index\"];" + Repeat("if date :index 1 :last \"received\" \"year\" \"1\" { discard; }", 5_000), string.Concat(Enumerable.Repeat("Received: by x; Tue, 24 Nov 2026 09:00:00 +0000\r\n", 2_000)) + "\r\nx"),
        ["NUL in a script"] = () => ("keep;\0", Subject("x")),
        ["NUL in a text"] = () => ("require \"fileinto\"; fileinto \"a\0b\";", Subject("x")),
        ["an empty folder"] = () => ("require [\"fileinto\",\"variables\"]; fileinto \"${a}\";", Subject("x")),
        ["a folder with line ends"] = () => ("require [\"fileinto\",\"encoded-character\"]; fileinto \"a${hex:0d 0a}b\";", Subject("x")),
        ["a notice to many"] = () => ("require \"enotify\"; notify \"mailto:" + Repeat("a@example.org,", 200) + "b@example.org\";", Subject("x")),
        ["a notice with line ends"] = () => ("require \"enotify\"; notify \"mailto:a@example.org?subject=x%0d%0aBcc:y@example.org\";", Subject("x")),
        ["a notice of broken percents"] = () => ("require [\"enotify\",\"variables\"]; set \"a\" \"mailto:%zz@example.org\"; notify \"${a}\";", Subject("x")),
    };

    public static TheoryData<string> Names => [.. Attacks.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Ends_soon_and_keeps_the_message(string name)
    {
        var (script, message) = Attacks[name]();
        var parsed = SieveMessage.Of(Encoding.UTF8.GetBytes(message));
        SieveOutcome? outcome = null;
        var cost = SmallStack.Run(512 * 1024, () => outcome = Run(script, parsed));
        cost.Should().BeLessThan(TimeSpan.FromSeconds(4), "it may take a second, and there are slower machines");
        outcome.Should().NotBeNull();
        outcome!.Actions.OfType<SieveAction.Store>().Should().NotBeEmpty("mail is never lost");
        outcome.Actions.OfType<SieveAction.Redirect>().Count().Should().BeLessThanOrEqualTo(SieveLimits.Default.Redirects);
        outcome.Actions.Count.Should().BeLessThanOrEqualTo(SieveLimits.Default.Actions + 1);
    }

    [Fact]
    public void A_field_cannot_be_smuggled_in()
    {
        var (script, message) = Attacks["a header of line ends"]();
        Run(script, SieveMessage.Of(Encoding.UTF8.GetBytes(message)))!.Failure!.Name.Should().Be("BadFieldValue");
    }

    /// <summary>A script that is refused leaves mail as it is.</summary>
    private static SieveOutcome? Run(string source, SieveMessage message)
    {
        try
        {
            return SieveScript.Compile(source).Run(message, new SieveEnvironment
            {
                Recipient = SieveCaseTests.Address("info@example.test"),
                Owner = SieveCaseTests.Address("info@example.test"),
                Now = DateTimeOffset.UnixEpoch,
                FindScript = name => SieveScript.Compile(name switch
                {
                    "self" => "require \"include\"; include \"self\";",
                    "ping" => "require \"include\"; include \"pong\";",
                    "pong" => "require \"include\"; include \"ping\";",
                    _ => "require \"include\"; include \"" + name + "x\"; include \"" + name + "y\";",
                }),
            });
        }
        catch (SieveScriptException refused)
        {
            refused.Errors.Should().NotBeEmpty();
            return SieveOutcome.Failed(refused.Errors[0]);
        }
    }

    private static string Test(string? require, string type, string key) =>
        (require is null ? "" : $"require \"{require}\";") + $"if header {type} \"subject\" \"{key}\" {{ keep; }}";

    private static string Subject(string text) => $"From: anna@example.org\r\nSubject: {text}\r\n\r\nx\r\n";

    private static string Fields(int count) => Repeat("X-A: b\r\n", count) + "\r\nx";

    private static string Nested(int depth) =>
        string.Concat(Enumerable.Range(0, depth).Select(i => $"Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n")) + "\r\nx\r\n";

    private static string Wide(int parts) => "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + Repeat("--b\r\nX-A: b\r\n\r\ntext\r\n", parts) + "--b--\r\n";

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
