namespace Casella.Core.Migration;

/// <summary>The old server cannot be reached or refuses; the message is a sentence for the administrator.</summary>
public sealed class OldServerException(OldServerProblem problem, string message, Exception? inner = null) : Exception(message, inner)
{
    public OldServerProblem Problem => problem;

    /// <summary>To try again does not help.</summary>
    public bool IsFinal => problem is not OldServerProblem.Unreachable;
}

/// <summary>Why mail does not come over; each has words on the page where somebody waits for it.</summary>
public enum OldServerProblem
{
    /// <summary>No answer, or the line broke.</summary>
    Unreachable,
    SignInRefused,
    CertificateNotTrusted,

    /// <summary>It is in the server's own network, or at a port where no mailbox is: nobody asks there in our name.</summary>
    NotAllowed,
}
