using Casella.Bench.Corpus;
using Casella.Bench.Running;
using Casella.Bench.Wire;

namespace Casella.Bench.Workloads;

/// <summary>
/// What an office's programs do on a morning, all at once and in one account: open the folder, look for news, list,
/// read, flag, search, file. The same commands in the same order on every server.
/// </summary>
internal static class Mixed
{
    private const string Filed = "bench-mixed";

    public static async Task<Outcome> RunAsync(Plan plan, CancellationToken cancellationToken)
    {
        var mailbox = PreparedMailbox.Corpus(plan.Bench);
        await mailbox.EnsureAsync(plan.Bench, cancellationToken);
        await using (var imap = await plan.Bench.SignInAsync(plan.Bench.Reader, cancellationToken))
            await Scratch.EmptyAsync(imap, Filed, cancellationToken);

        var measured = await new Load<ImapConnection>(
            plan.Connections, plan.Bench.Server,
            async (_, token) =>
            {
                var imap = await mailbox.OpenAsync(plan.Bench, token);
                await imap.AskCapabilitiesAsync(token);
                return imap;
            },
            (imap, number, token) => OperateAsync(plan, imap, mailbox, number, token))
            .TimesAsync(plan.Count, cancellationToken);

        await using (var imap = await plan.Bench.SignInAsync(plan.Bench.Reader, cancellationToken))
        {
            var filed = await Scratch.CountAsync(imap, Filed, cancellationToken);
            var expected = Enumerable.Range(0, plan.Count).Count(number => Kind(number) == 19);
            if (filed != expected)
                throw new UnexpectedAnswerException($"{Filed} has {filed} messages after {expected} were appended");
            await Scratch.RemoveAsync(imap, Filed, cancellationToken);
        }

        return measured.For(plan.Count);
    }

    // Knuth's multiplier: spread over kinds and messages, and the same for every server.
    private static int Kind(int number) => (int)((uint)number * 2654435761u >> 8) % 20;

    private static async Task OperateAsync(
        Plan plan, ImapConnection imap, PreparedMailbox mailbox, int number, CancellationToken cancellationToken)
    {
        var kind = Kind(number);
        if (kind == 19)
        {
            var message = SampleMessage.Build(number, plan.Bench.Size, plan.Bench.Run);
            await imap.AppendAsync(Filed, @"\Seen", message, cancellationToken);
            return;
        }

        var first = (int)((uint)number * 2246822519u % (uint)Math.Max(1, mailbox.Count - 50)) + 1;
        await imap.RunAsync(Command(kind, first, mailbox), Responses.Ignored, cancellationToken);
    }

    private static string Command(int kind, int first, PreparedMailbox mailbox) => kind switch
    {
        < 2 => $"SELECT \"{mailbox.Name}\"",
        < 5 => "NOOP",
        < 7 => $"STATUS \"{mailbox.Name}\" (MESSAGES UNSEEN UIDNEXT)",
        < 11 => $"FETCH {first}:{first + 49} (UID FLAGS ENVELOPE BODYSTRUCTURE)",
        < 15 => $"FETCH {first} (UID BODY.PEEK[])",
        < 16 => $@"STORE {first}:{first + 2} +FLAGS (\Answered)",
        < 17 => $@"STORE {first}:{first + 2} -FLAGS (\Answered)",
        < 18 => "UID SEARCH UNSEEN",
        _ => $"UID SEARCH FROM {SampleMessage.Sender}",
    };
}
