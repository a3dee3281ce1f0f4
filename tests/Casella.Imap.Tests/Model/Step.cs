using CsCheck;

namespace Casella.Imap.Tests.Model;

/// <summary>What a client does next.</summary>
internal enum Verb
{
    Append, Add, AddSilently, Remove, RemoveSilently, Replace, AddUnchangedSince, Fetch, FetchText, Search, Noop, Expunge,
    UidExpunge, Copy, Move, Idle, Close, Reconnect,
}

/// <summary>One command of one client; which messages it means is found when it is its turn.</summary>
/// <param name="At">The first message meant, counted round and round.</param>
/// <param name="More">So many more behind it.</param>
internal sealed record Step(int Client, Verb Verb, int At, int More, string Flag, bool ByUid)
{
    public static IReadOnlyList<string> Flags { get; } = ["\\Deleted", "\\Seen", "\\Flagged", "\\Answered", "kwA"];

    public static Gen<Step> Gen { get; } = CsCheck.Gen.Select(
        CsCheck.Gen.Int[0, 5], CsCheck.Gen.Enum<Verb>(), CsCheck.Gen.Int[0, 11], CsCheck.Gen.Int[0, 3], CsCheck.Gen.Int[0, 4], CsCheck.Gen.Bool,
        (client, verb, at, more, flag, byUid) => new Step(client, verb, at, more, Flags[flag], byUid));

    public override string ToString() => $"{Client}: {(ByUid ? "Uid" : "")}{Verb} {At}+{More} {Flag}";
}

/// <summary>A conversation of several clients with one mailbox.</summary>
/// <param name="Initial">Messages that are there from the beginning.</param>
internal sealed record Script(ClientKind[] Clients, int Initial, Step[] Steps)
{
    public static Gen<Script> Gen { get; } = CsCheck.Gen.Select(
        CsCheck.Gen.Enum<ClientKind>().Array[2, 3], CsCheck.Gen.Int[0, 8], Step.Gen.Array[1, 40],
        (clients, initial, steps) => new Script(clients, initial, steps));

    public override string ToString() =>
        $"{string.Join(", ", Clients)}; {Initial} messages\n{string.Join('\n', Steps.Select(step => step with { Client = step.Client % Clients.Length }))}";
}
