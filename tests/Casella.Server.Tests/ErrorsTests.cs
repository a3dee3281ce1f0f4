using AwesomeAssertions;
using Casella.Core;

namespace Casella.Server.Tests;

public sealed class ErrorsTests
{
    public static TheoryData<MailError> All => [.. Enum.GetValues<MailError>()];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_failure_of_the_core_has_a_sentence_for_the_administrator(MailError error) =>
        Errors.Text(new MailException(error, "\"x\" is not a name")).Should().MatchRegex(@"^[A-Z""].{10,}\w.?$");
}
