using Casella.Core;
using Casella.Core.Queue;
using Casella.Core.Submission;
using Casella.Core.Tracing;

namespace Casella.Web.Writing;

/// <summary>
/// The way out of what is written here: submitted at once, to leave when the time to call it back is over, or at the time
/// that its writer has chosen. Asked by the <see cref="DraftStore"/>.
/// </summary>
internal sealed class Outgoing(Submitter submitter, HeldMail held, MailTraces traces, WebOptions options, TimeProvider time)
{
    public Submitter Submitter => submitter;
    public HeldMail Held => held;

    /// <summary>A time that can be kept: to come, and not after we are all gone.</summary>
    public bool MayWaitUntil(DateTimeOffset at) => at > time.GetUtcNow() && at < time.GetUtcNow() + options.LongestWait;

    /// <param name="chosen">By the writer, or null.</param>
    /// <returns>Null for at once.</returns>
    public DateTimeOffset? LeavesAt(DateTimeOffset? chosen) => chosen is not null ? chosen
        : options.SendDelay <= TimeSpan.Zero ? null
        // The queue keeps whole seconds: what is promised is kept.
        : DateTimeOffset.FromUnixTimeMilliseconds((time.GetUtcNow() + options.SendDelay).ToUnixTimeMilliseconds() / 1_000 * 1_000) + TimeSpan.FromSeconds(1);

    /// <summary>This very mail, if it is on its way already.</summary>
    /// <returns>Its queue id, or null when it was never sent, or called back.</returns>
    public async Task<string?> FindAsync(AccountId owner, string messageId, CancellationToken cancellationToken) =>
        await traces.LastOfAsync(owner, messageId, cancellationToken) is { } mail && !HeldMail.IsCalledBack(mail.Recipients) ? mail.Id : null;
}
