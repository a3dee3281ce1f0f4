using System.Text;
using Casella.Formats.Addresses;
using Casella.Formats.Sieve;
using Casella.Formats.Sieve.Rules;

namespace Casella.Formats.Tests.Sieve;

public sealed class RuleScriptTests
{
    private static readonly MailRule[] Rules =
    [
        new("Fatture", true, true, [new(RuleField.From, RuleMatch.Contains, "fatture@"), new(RuleField.Subject, RuleMatch.StartsWith, "[IMP*] \"a\\b?\"")],
            [new RuleAction.File("Amministrazione/Fatture", false), new RuleAction.MarkRead()], true),
        new("Tutti i corsi", false, false, [new(RuleField.Recipient, RuleMatch.Is, "corsi@example.org"), new(RuleField.Text, RuleMatch.ContainsNot, "annullato")],
            [new RuleAction.Star(), new RuleAction.Forward("anna@example.org", true)], false),
        new("Grandi", true, true, [new(RuleField.Size, RuleMatch.Larger, "5000000"), new(RuleField.List, RuleMatch.Contains, "soci"), new(RuleField.Attachment, RuleMatch.Contains, ".pdf")],
            [new RuleAction.File("Grandi", true)], false),
        new("Sempre", true, true, [], [new RuleAction.Star()], false),
        new("Una sola", false, true, [new(RuleField.From, RuleMatch.Is, "a@example.org")], [new RuleAction.MarkRead()], false),
    ];

    [Fact]
    public void What_is_written_compiles_and_is_known_again()
    {
        var script = RuleScript.Write(Rules, "Made in the webmail.\nOther programs may read it.");

        FluentActions.Invoking(() => SieveScript.Compile(script)).Should().NotThrow();
        var read = RuleScript.TryRead(script)!;
        // With one condition "all" and "one of" are the same.
        read.Should().BeEquivalentTo(
            Rules.Select(rule => rule with { Actions = [.. rule.Actions.OrderBy(action => action is RuleAction.File or RuleAction.Forward)] }),
            options => options.WithStrictOrdering().PreferringRuntimeMemberTypes());
    }

    [Theory]
    [InlineData("Fattura 12", "Info <fatture@example.com>", "INBOX")]
    [InlineData("[IMP*] \"a\\b?\" saldo", "Info <fatture@example.com>", "Amministrazione/Fatture")]
    [InlineData("[IMPx] \"a\\b?\" saldo", "Info <fatture@example.com>", "INBOX")]
    public void It_does_what_it_says(string subject, string from, string folder)
    {
        var script = SieveScript.Compile(RuleScript.Write([Rules[0]], "x"));
        var message = SieveMessage.Of(Encoding.ASCII.GetBytes($"From: {from}\r\nSubject: {subject}\r\n\r\nbody\r\n"));

        var outcome = script.Run(message, Environment);

        outcome.Failure.Should().BeNull();
        outcome.Actions.OfType<SieveAction.Store>().Single().Mailbox?.Name.Should().Be(folder is "INBOX" ? null : folder);
    }

    [Fact]
    public void A_file_is_found_by_its_name()
    {
        var script = SieveScript.Compile(RuleScript.Write(
            [new MailRule("x", true, true, [new(RuleField.Attachment, RuleMatch.Contains, ".pdf")], [new RuleAction.File("F", false)], false)], "x"));
        const string Mail = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhi\r\n"
            + "--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"Conto.PDF\"\r\n\r\nx\r\n--b--\r\n";

        var outcome = script.Run(SieveMessage.Of(Encoding.ASCII.GetBytes(Mail)), Environment);

        outcome.Failure.Should().BeNull();
        outcome.Actions.OfType<SieveAction.Store>().Single().Mailbox?.Name.Should().Be("F");
    }

    [Theory]
    [InlineData("require \"vacation\"; vacation \"away\";")]
    [InlineData("if header :contains \"subject\" \"x\" { discard; }")]
    [InlineData("if header :contains \"subject\" \"x\" { keep; } else { stop; }")]
    [InlineData("if header :contains [\"subject\", \"x-spam\"] \"x\" { stop; }")]
    [InlineData("if header :matches \"subject\" \"*x*\" { stop; }")]
    [InlineData("if header :contains \"subject\" \"x\" { if true { stop; } }")]
    [InlineData("if header :contains \"subject\" \"x\" { stop; fileinto \"a\"; }")]
    [InlineData("if allof (anyof (true, false), true) { stop; }")]
    [InlineData("not a script at all {")]
    public void What_a_rule_cannot_say_was_written_by_hand(string script) => RuleScript.TryRead(script).Should().BeNull();

    [Fact]
    public void A_script_of_another_webmail_is_known()
    {
        const string Script = "require [\"fileinto\"];\n# rule:[Soci]\nif anyof (header :contains \"from\" \"soci@example.org\")\n{\n\tfileinto \"Soci\";\n\tstop;\n}\n";

        RuleScript.TryRead(Script).Should().ContainSingle().Which.Should().BeEquivalentTo(
            new { Name = "Soci", IsOn = true, Stops = true, Actions = new[] { new RuleAction.File("Soci", false) } });
    }

    private static SieveEnvironment Environment => new()
    {
        Recipient = EmailAddress.TryParse("info@example.org", out var recipient) ? recipient : throw new InvalidOperationException(),
        Owner = recipient,
        Now = DateTimeOffset.UnixEpoch,
    };
}
