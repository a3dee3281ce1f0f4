using System.Globalization;

namespace Casella.Imap.Tests.Model;

/// <summary>The command that a step is for a client, with what that client believes.</summary>
/// <param name="Named">The UIDs of the messages it means.</param>
/// <param name="Set">The same as the command has them.</param>
internal sealed record Act(BelievingClient Client, Step Step, IReadOnlyList<uint> Named, string Set)
{
    private const string Message = "Subject: s\r\n\r\nx";

    /// <summary>A client without messages can only append one.</summary>
    public static Act Of(BelievingClient client, Step step)
    {
        var needsMessages = step.Verb is not (Verb.Append or Verb.Noop or Verb.Expunge or Verb.Idle or Verb.Close or Verb.Reconnect);
        if (client.Messages.Count == 0 && needsMessages)
            return new Act(client, step with { Verb = Verb.Append }, [], "");
        if (client.Kind == ClientKind.UidOnly || step.Verb == Verb.UidExpunge)
            step = step with { ByUid = true };
        if (client.Messages.Count == 0)
            return new Act(client, step, [], "");
        var first = step.At % client.Messages.Count;
        IReadOnlyList<uint> named = [.. client.Messages.Skip(first).Take(step.More + 1).Select(message => message.Uid)];
        return new Act(client, step, named, step.ByUid ? string.Join(',', named) : string.Create(CultureInfo.InvariantCulture, $"{first + 1}:{first + named.Count}"));
    }

    /// <summary>True when the client must know all there is behind the command (RFC 3501 §7.4.1).</summary>
    public bool TellsAll => Step.Verb is Verb.Append or Verb.Noop or Verb.Expunge or Verb.UidExpunge or Verb.Copy or Verb.Move
        or Verb.Close or Verb.Reconnect || (Step.ByUid && Step.Verb != Verb.Idle);

    private string Uid => Step.ByUid ? "UID " : "";

    /// <param name="unchangedSince">For UNCHANGEDSINCE.</param>
    /// <param name="elsewhere">Where MOVE goes.</param>
    public Task<IReadOnlyList<Response>> DoAsync(string mailbox, string elsewhere, long unchangedSince) => Step.Verb switch
    {
        Verb.Append => Client.AskAsync($"APPEND {mailbox} ({Step.Flag}) {{{Message.Length}+}}\r\n{Message}", mayExpunge: true),
        Verb.Add => StoreAsync("+FLAGS"),
        Verb.Remove => StoreAsync("-FLAGS"),
        Verb.Replace => StoreAsync("FLAGS"),
        Verb.AddSilently => SilentlyAsync("+FLAGS.SILENT"),
        Verb.RemoveSilently => SilentlyAsync("-FLAGS.SILENT"),
        Verb.AddUnchangedSince => SilentlyAsync(string.Create(CultureInfo.InvariantCulture, $"(UNCHANGEDSINCE {unchangedSince}) +FLAGS.SILENT")),
        Verb.Fetch => Client.AskAsync($"{Uid}FETCH {Set} ({Client.FlagItems})", Step.ByUid),
        Verb.FetchText => Client.AskAsync($"{Uid}FETCH {Set} (UID BODY[TEXT])", Step.ByUid),
        Verb.Search => Client.AskAsync($"{Uid}SEARCH {Uid}{Set} {Criterion}", Step.ByUid),
        Verb.Noop => Client.AskAsync("NOOP", mayExpunge: true),
        Verb.Expunge => Client.AskAsync("EXPUNGE", mayExpunge: true),
        Verb.UidExpunge => Client.AskAsync($"UID EXPUNGE {Set}", mayExpunge: true),
        Verb.Copy => Client.AskAsync($"{Uid}COPY {Set} {mailbox}", mayExpunge: true),
        Verb.Move => Client.AskAsync($"{Uid}MOVE {Set} {elsewhere}", mayExpunge: true),
        _ => throw new InvalidOperationException($"{Step.Verb} is no single command."),
    };

    private string Criterion => Step.Flag[0] == '\\' ? Step.Flag[1..].ToUpperInvariant() : $"KEYWORD {Step.Flag}";

    private Task<IReadOnlyList<Response>> StoreAsync(string item) => Client.AskAsync($"{Uid}STORE {Set} {item} ({Step.Flag})", Step.ByUid);

    private Task<IReadOnlyList<Response>> SilentlyAsync(string item) => Client.StoreSilentlyAsync(
        $"{Uid}STORE {Set} {item} ({Step.Flag})", Step.ByUid, Named,
        flags => item.Contains('-') ? string.Join(' ', flags.Split(' ').Where(flag => !string.Equals(flag, Step.Flag, StringComparison.Ordinal)))
            : flags.Split(' ').Contains(Step.Flag) ? flags : $"{flags} {Step.Flag}");
}
