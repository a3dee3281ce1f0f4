using Casella.Core.Changes;
using Casella.Core.Directory;

namespace Casella.Web.Setup;

/// <summary>
/// How far a new device has come, from what the server has seen of its sign-ins: receiving works, sending works, or what
/// is wrong. What works is not taken back by a later mistake.
/// </summary>
/// <param name="receivesBy">IMAP or POP3.</param>
public sealed class DeviceProgress(AccessProtocol receivesBy)
{
    public bool Receives { get; private set; }
    public bool Sends { get; private set; }
    public bool IsDone => Receives && Sends;

    /// <summary>The last thing that went wrong and has not been made good; null for nothing.</summary>
    public SignInTrial? Trouble { get; private set; }

    public void See(SignInTrial trial)
    {
        // A browser is no program that is being set up.
        if (trial.Protocol is AccessProtocol.Web)
            return;
        var isSending = trial.Protocol is AccessProtocol.Submission;
        if (trial.Outcome is not SignInOutcome.Accepted)
        {
            // A program that tries all ports until one works has nothing to be told.
            if (!(isSending ? Sends : Receives))
                Trouble = trial;
            return;
        }

        Sends |= isSending;
        Receives |= trial.Protocol == receivesBy;
        if (Trouble is { } trouble && (trouble.Protocol is AccessProtocol.Submission) == isSending)
            Trouble = null;
    }

    /// <summary>Name of the text that says how it is.</summary>
    public string Text => this switch
    {
        { IsDone: true } => "ProgressDone",
        { Trouble: { } trouble } => $"Trouble{trouble.Outcome}",
        { Receives: true } => "ProgressReceives",
        { Sends: true } => "ProgressSends",
        _ => "ProgressWaiting",
    };
}
