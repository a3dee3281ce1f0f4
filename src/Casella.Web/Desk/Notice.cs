using Casella.Core;

namespace Casella.Web.Desk;

/// <summary>A line that stays for some seconds: what was done, with Undo, or what could not be.</summary>
/// <param name="Undo">The changes that Undo takes back, newest first; empty where there is nothing to take back.</param>
internal sealed record Notice(int Id, Box Box, string Text, IReadOnlyList<ModSeq> Undo, bool IsError)
{
    /// <summary>Of a message that waits to be sent: calling it back is another way to undo.</summary>
    public string? Sending { get; init; }
}
