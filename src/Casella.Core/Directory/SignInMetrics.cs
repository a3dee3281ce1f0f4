using System.Diagnostics.Metrics;
using Casella.Core.Changes;

namespace Casella.Core.Directory;

/// <summary>How sign-ins went, by protocol. No name of anybody becomes a label.</summary>
internal static class SignInMetrics
{
    private static readonly Meter Meter = new("Casella.Core.SignIn");
    private static readonly Counter<long> Trials = Meter.CreateCounter<long>("casella.signins", description: "Sign-ins, by protocol and outcome.");

    public static void Tried(AccessProtocol protocol, SignInOutcome outcome)
    {
        if (Trials.Enabled)
            Trials.Add(1, new("protocol", protocol.ToString()), new("outcome", outcome.ToString()));
    }
}
