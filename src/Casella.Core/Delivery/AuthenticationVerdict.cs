using System.Net;
using Casella.Formats.AuthenticationResults;

namespace Casella.Core.Delivery;

/// <summary>
/// What this server found out about who has sent a message, at the moment it came. Made by SMTP's checks, carried by
/// <see cref="DeliveryRequest"/> to whoever decides what becomes of the message; the stored message tells the same in
/// its Authentication-Results field.
/// </summary>
public sealed record AuthenticationVerdict
{
    /// <summary>Who says it: this server's name.</summary>
    public string Server { get; init; } = "";

    /// <summary>The client's address.</summary>
    public required IPAddress Client { get; init; }

    /// <summary>The client's name, where its address and the name lead to each other (iprev); else null.</summary>
    public string? ClientName { get; init; }

    /// <summary>EHLO or HELO as it was said.</summary>
    public string? HelloName { get; init; }

    /// <summary>What is wrong with it, in words; null for a name that a server may have.</summary>
    public string? HelloProblem { get; init; }

    /// <summary>From a network of ours: who it is was not asked.</summary>
    public bool IsTrusted { get; init; }

    public CheckResult Spf { get; init; }

    /// <summary>The domains whose signatures hold, canonical.</summary>
    public IReadOnlyList<string> SignedBy { get; init; } = [];

    public CheckResult Dmarc { get; init; }

    /// <summary>The domain that the reader sees in From; null when there is not exactly one.</summary>
    public string? FromDomain { get; init; }

    public CheckResult Arc { get; init; }

    /// <summary>The block lists that know the client.</summary>
    public IReadOnlyList<string> BlockLists { get; init; } = [];

    /// <summary>The domain in From wants such mail kept apart: it belongs into SPAM.</summary>
    public bool IsQuarantined { get; init; }

    /// <summary>Each method as the message's field tells it.</summary>
    public IReadOnlyList<MethodLine> Lines { get; init; } = [];
}

/// <summary>The results of RFC 8601 §2.7, of all methods together.</summary>
public enum CheckResult
{
    /// <summary>Nobody has said anything, or it was not asked.</summary>
    None,
    Pass,
    Neutral,
    SoftFail,
    Fail,
    /// <summary>It holds, and is not believed all the same.</summary>
    Policy,
    /// <summary>DNS was silent.</summary>
    TemporaryError,
    /// <summary>What was said cannot be read.</summary>
    PermanentError,
}

public static class CheckResults
{
    /// <summary>The word of RFC 8601.</summary>
    public static string Word(this CheckResult result) => result switch
    {
        CheckResult.None => "none",
        CheckResult.Pass => "pass",
        CheckResult.Neutral => "neutral",
        CheckResult.SoftFail => "softfail",
        CheckResult.Fail => "fail",
        CheckResult.Policy => "policy",
        CheckResult.TemporaryError => "temperror",
        CheckResult.PermanentError => "permerror",
    };
}
