using Casella.Formats.Addresses;
using Casella.Formats.Sieve;

namespace Casella.Formats.Tests.Sieve;

/// <summary>Every script of Cases does what stands beside it.</summary>
public sealed class SieveCaseTests
{
    public static TheoryData<string> Cases => [.. SieveCase.All.Select(one => one.ToString())];

    [Theory, MemberData(nameof(Cases))]
    public void Does_what_is_written_beside_it(string name)
    {
        var one = SieveCase.Find(name);
        Run(one).Should().Equal(one.Actions);
    }

    [Fact]
    public void There_are_enough_of_them() => SieveCase.All.Count.Should().BeGreaterThan(80);

    private static IReadOnlyList<string> Run(SieveCase one)
    {
        SieveScript script;
        try
        {
            script = SieveScript.Compile(one.Script);
        }
        catch (SieveScriptException)
        {
            return ["invalid"];
        }

        var outcome = script.Run(SieveMessage.Of(one.Bytes), Environment(one.ReversePath));
        return outcome.Failure is not null ? ["error"] : outcome.Actions.Count == 0 ? ["discard"] : [.. outcome.Actions.Select(Word).OfType<string>()];
    }

    private static SieveEnvironment Environment(string reversePath) => new()
    {
        ReversePath = EmailAddress.TryParse(reversePath, out var from) ? from : null,
        Recipient = Address("info+corsi@example.test"),
        Owner = Address("info@example.test"),
        Now = TimeProvider.System.GetUtcNow(),
        Items = new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = "Casella" },
        Mailboxes = new Inbox(),
    };

    internal static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text, nameof(text));

    /// <summary>As the cases write it; null for what is only remembered.</summary>
    private static string? Word(SieveAction action) => action switch
    {
        SieveAction.Store store => Word(store),
        SieveAction.Redirect redirect => $"redirect {redirect.Address}",
        SieveAction.Reject reject => $"reject {reject.Reason}",
        SieveAction.Vacation { Answer: var answer } => $"vacation {answer.Seconds} {answer.Subject ?? "-"} | {answer.Text}",
        SieveAction.Notify { Notification: var note } => $"notify {note.Importance} {note.Subject} > {string.Join(' ', note.To)}",
        _ => null,
    };

    private static string Word(SieveAction.Store store)
    {
        var words = new List<string> { "store", store.Mailbox?.Name ?? "INBOX" };
        if (store.Mailbox?.Create is true)
            words.Add("create");
        if (store.Mailbox?.SpecialUse is { } use)
            words.Add($"use {use.ToLowerInvariant()}");
        if (store.Flags.Count > 0)
            words.Add($"flags {string.Join(' ', store.Flags.Select(flag => flag.ToLowerInvariant()).Order(StringComparer.Ordinal))}");
        return string.Join(' ', words);
    }

    private sealed class Inbox : ISieveMailboxes
    {
        public bool Exists(string name) => name is "INBOX";
        public bool HasUse(string? name, string use) => false;
        public bool IdExists(string mailboxId) => false;
        public string? Annotation(string? name, string entry) => null;
    }
}
