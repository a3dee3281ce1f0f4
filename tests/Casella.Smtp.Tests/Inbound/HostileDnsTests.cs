using AwesomeAssertions;
using Casella.Net.Dns;
using Casella.Smtp.Tests.World;
using Xunit;

namespace Casella.Smtp.Tests.Inbound;

/// <summary>A20: answers that nobody has asked for are nobody's answer.</summary>
public sealed class HostileDnsTests
{
    private const int Alias = 5, Text = 16;

    [Fact]
    public async Task An_answer_of_another_number_is_not_believed()
    {
        await using var names = new HostileNameServer(new FalseAnswer(("bank.test", Text, "forged")) { NumberOff = 1 });
        (await AskAsync(names, "bank.test")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_guess_that_comes_first_does_not_become_the_answer()
    {
        await using var names = new HostileNameServer(
            new FalseAnswer(("bank.test", Text, "forged")) { NumberOff = 1 }, new FalseAnswer(("bank.test", Text, "true")));
        (await AskAsync(names, "bank.test")).Should().NotContain("forged");
    }

    [Fact]
    public async Task An_answer_to_another_question_is_none()
    {
        await using var names = new HostileNameServer(new FalseAnswer(("evil.test", Text, "forged")) { OtherQuestion = "evil.test" });
        (await AskAsync(names, "bank.test")).Should().BeEmpty();
    }

    [Fact]
    public async Task What_is_said_of_other_names_is_neither_taken_nor_remembered()
    {
        await using var names = new HostileNameServer(new FalseAnswer(("evil.test", Text, "true"), ("bank.test", Text, "forged"), ("test", Text, "forged")));
        var resolver = new NetworkDnsResolver(names.Options);

        (await resolver.TxtAsync("evil.test", TestContext.Current.CancellationToken)).Should().Equal("true");
        (await resolver.TxtAsync("bank.test", TestContext.Current.CancellationToken)).Should().Equal("forged");
        names.Asked.Should().Equal(["evil.test", "bank.test"], "the second was asked for itself");
    }

    [Fact]
    public async Task An_alias_is_followed_in_whatever_order_it_comes()
    {
        await using var names = new HostileNameServer(new FalseAnswer(
            ("c.test", Text, "true"), ("b.test", Alias, "c.test"), ("a.test", Alias, "b.test"), ("d.test", Text, "forged")));
        (await AskAsync(names, "A.test")).Should().Equal("true");
    }

    [Fact]
    public async Task Aliases_that_go_round_or_never_end_lead_nowhere()
    {
        var chain = Enumerable.Range(0, 40).Select(i => ($"n{i}.test", Alias, $"n{i + 1}.test")).Append(("n40.test", Text, "far")).ToArray();
        await using var round = new HostileNameServer(new FalseAnswer(("a.test", Alias, "b.test"), ("b.test", Alias, "a.test")));
        await using var endless = new HostileNameServer(new FalseAnswer(chain));
        (await AskAsync(round, "a.test")).Should().BeEmpty();
        (await AskAsync(endless, "n0.test")).Should().BeEmpty();
    }

    /// <summary>Nothing where it could not be asked, either.</summary>
    private static async Task<IReadOnlyList<string>> AskAsync(HostileNameServer names, string name)
    {
        try
        {
            return [.. await new NetworkDnsResolver(names.Options).TxtAsync(name, TestContext.Current.CancellationToken)];
        }
        catch (DnsTemporaryException)
        {
            return [];
        }
    }
}
