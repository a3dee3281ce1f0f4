using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Storage;
using Casella.Formats.Sieve;
using Microsoft.Extensions.Logging;
using AccountState = Casella.Core.Messages.AccountState;

namespace Casella.Core.Filtering;

/// <summary>
/// Runs a mailbox's script for one message, as often as it asks something new: for mail that comes in, and for what is done
/// with mail that is here.
/// </summary>
internal sealed class ScriptRun(IDirectoryStore directory, TimeProvider time, ReportIdentity identity, ILogger logger)
{
    /// <summary>Rounds of questions; each is of another kind, or about another thing.</summary>
    private const int MaxRounds = 8;

    /// <summary>
    /// In which a run must be over, whatever the steps say. They are what bounds a script; by the clock a machine that is busy
    /// for a second would put mail into the wrong folder (the kill test met it).
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="known">What the caller knows; the account's facts, the time and its end come to it.</param>
    public async Task<SieveOutcome> RunAsync(ActiveScript script, AccountState state, SieveMessage message, SieveEnvironment known)
    {
        var facts = new SieveFacts(state, directory);
        var now = time.GetLocalNow();
        var outcome = SieveOutcome.Failed(new SieveError(0, "TooMuchWork", []));
        for (var round = 0; round < MaxRounds; round++)
        {
            outcome = Run(script, message, Environment(facts, known) with { Now = now });
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

    private SieveEnvironment Environment(SieveFacts facts, SieveEnvironment known)
    {
        var begin = time.GetTimestamp();
        var items = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["name"] = "Casella",
            ["version"] = typeof(ScriptRun).Assembly.GetName().Version?.ToString(3) ?? "",
            ["host"] = identity.HostName,
            ["domain"] = known.Owner.Domain,
            ["location"] = "MDA",
            ["phase"] = "during",
        };
        foreach (var (name, value) in known.Items)
            items[name] = value;
        return known with
        {
            Zone = time.LocalTimeZone,
            Items = items,
            Mailboxes = facts,
            FindScript = facts.FindScript,
            IsDuplicate = facts.IsDuplicate,
            FindList = facts.FindList,
            TimeIsUp = () => time.GetElapsedTime(begin) > Patience,
        };
    }
}
