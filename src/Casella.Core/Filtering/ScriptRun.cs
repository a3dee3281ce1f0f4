using Casella.Core.Delivery;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Storage;
using Casella.Formats.Addresses;
using Casella.Formats.Sieve;
using Microsoft.Extensions.Logging;
using AccountState = Casella.Core.Messages.AccountState;

namespace Casella.Core.Filtering;

/// <summary>Runs a mailbox's script for one message, as often as it asks something new.</summary>
internal sealed class ScriptRun(IDirectoryStore directory, TimeProvider time, ReportIdentity identity, ILogger logger)
{
    /// <summary>Rounds of questions; each is of another kind, or about another thing.</summary>
    private const int MaxRounds = 8;

    /// <summary>In which a run must be over, whatever the steps say.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public async Task<SieveOutcome> RunAsync(
        ActiveScript script, AccountState state, EmailAddress owner, Incoming incoming, DeliveryRequest request)
    {
        var facts = new SieveFacts(state, directory);
        var message = MessageOf(request.Content);
        var now = time.GetLocalNow();
        var outcome = SieveOutcome.Failed(new SieveError(0, "TooMuchWork", []));
        for (var round = 0; round < MaxRounds; round++)
        {
            outcome = Run(script, message, Environment(facts, owner, incoming, request) with { Now = now });
            if (!await facts.LearnAsync(CancellationToken.None))
                return outcome;
        }

        return outcome.Failure is null ? SieveOutcome.Failed(new SieveError(0, "TooMuchWork", [])) : outcome;
    }

    public static SieveMessage MessageOf(StagedMessage content) =>
        new(content.ReadHeader(), content.Parsed.Root, content.Size, content.OpenRead);

    private SieveOutcome Run(ActiveScript script, SieveMessage message, SieveEnvironment environment)
    {
        try
        {
            return script.Compiled.Run(message, environment);
        }
        catch (SieveScriptException bad)
        {
            return SieveOutcome.Failed(bad.Errors[0]);
        }
        catch (Exception bug) when (bug is not OutOfMemoryException)
        {
            // A defect in the interpreter must not stop anybody's mail.
            Log.ScriptBroke(logger, script.Name, environment.Owner, bug);
            return SieveOutcome.Failed(new SieveError(0, "TooMuchWork", []));
        }
    }

    private SieveEnvironment Environment(SieveFacts facts, EmailAddress owner, Incoming incoming, DeliveryRequest request)
    {
        var begin = time.GetTimestamp();
        return new SieveEnvironment
        {
            ReversePath = request.ReversePath,
            Recipient = incoming.Recipient,
            Owner = owner,
            Now = time.GetLocalNow(),
            Zone = time.LocalTimeZone,
            Items = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["name"] = "Casella",
                ["version"] = typeof(ScriptRun).Assembly.GetName().Version?.ToString(3) ?? "",
                ["host"] = identity.HostName,
                ["domain"] = owner.Domain,
                ["location"] = "MDA",
                ["phase"] = "during",
            },
            Mailboxes = facts,
            FindScript = facts.FindScript,
            IsDuplicate = facts.IsDuplicate,
            FindList = facts.FindList,
            SpamPercent = incoming.SpamPercent,
            VirusLevel = incoming.Spam?.Virus is { } virus ? (virus.Length == 0 ? 1 : 5) : null,
            TimeIsUp = () => time.GetElapsedTime(begin) > Patience,
        };
    }
}
