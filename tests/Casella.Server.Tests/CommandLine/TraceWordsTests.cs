using AwesomeAssertions;
using Casella.Server.Administration;
using Casella.Server.CommandLine;

namespace Casella.Server.Tests.CommandLine;

/// <summary>The words of casella trace: what a volunteer reads out on the telephone.</summary>
public sealed class TraceWordsTests
{
    [Theory]
    [InlineData("Stored", "None", null, 0, "in a mailbox here since ")]
    [InlineData("HandedOver", "Certified", "mx.good.test", 0, "taken by mx.good.test ")]
    [InlineData("HandedOver", "ClearText", "mx.good.test", 0, "not encrypted: 250 taken")]
    [InlineData("Failed", "Encrypted", "mx.bad.test", 0, "at mx.bad.test, the sender was told: 250 taken")]
    [InlineData("Failed", "None", null, 0, "the sender was told: 2.0.0 250 taken")]
    [InlineData("Waiting", "None", null, 0, "waits, goes out ")]
    [InlineData("Waiting", "None", null, 3, "waits after 3 attempts, next ")]
    [InlineData("Removed", "None", null, 0, "taken out of the queue by the office ")]
    [InlineData("CalledBack", "None", null, 0, "called back by its sender ")]
    public void Each_state_is_a_sentence(string state, string security, string? server, int attempts, string words) =>
        TraceCommand.Words(new TracedRecipientView(
            "x@good.test", state, new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero), "2.0.0", "250 taken", server, security, attempts))
            .Should().Contain(words);
}
