using System.Globalization;
using AwesomeAssertions;
using Casella.Imap.Tests.Sessions;
using CsCheck;
using Xunit;

namespace Casella.Imap.Tests.Model;

/// <summary>
/// Random commands of several sessions in one mailbox, one after the other, against a model that fits on a page
/// (RFC 3501, RFC 9051, RFC 7162): what the server holds is what the model says; a sequence number never means another
/// message than the client thinks; who may be told everything knows everything; and who comes back from any state that
/// it ever had is told all that has changed since.
/// </summary>
public sealed class MailboxModelTests
{
    /// <summary>Seconds of random scripts; more than in the ordinary run when somebody asks for it.</summary>
    private static readonly int Seconds =
        int.TryParse(Environment.GetEnvironmentVariable("CASELLA_MODEL_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 12;

    [Fact]
    public async Task Whatever_several_sessions_do_each_knows_what_is_the_case()
    {
        await using var house = await MailHouse.StartAsync();
        var number = 0;
        await Script.Gen.SampleAsync(
            script => PlayAsync(house, script, $"m{number++}"), time: Seconds, threads: 1, print: script => script.ToString());
        (await house.VerifyAsync()).Should().BeEmpty();
    }

    private static async Task PlayAsync(MailHouse house, Script script, string mailbox)
    {
        await using var judging = await house.ConnectAsync();
        await MailHouse.OkAsync(judging, $"j CREATE {mailbox}");
        await MailHouse.OkAsync(judging, "j ENABLE QRESYNC");
        await MailHouse.OkAsync(judging, $"j SELECT {mailbox}");
        var clients = script.Clients.Select(kind => new BelievingClient(house.ConnectAsync, kind, mailbox)).ToList();
        try
        {
            var run = new ModelRun(clients, new Judge(judging, mailbox), mailbox);
            await run.BeginAsync(script.Initial);
            foreach (var step in script.Steps)
                await run.DoAsync(step);
            await run.EndAsync();
        }
        finally
        {
            foreach (var client in clients)
                await client.DisposeAsync();
            await MailHouse.OkAsync(judging, "j UNSELECT");
            await MailHouse.OkAsync(judging, $"j DELETE {mailbox}");
        }
    }
}
