using System.Collections;
using System.Globalization;
using System.Resources;
using AwesomeAssertions;
using Casella.Core.Directory;
using Casella.Core.Office;
using Casella.Core.Policies;
using Casella.Web.Office;
using Casella.Web.Security;

namespace Casella.Web.Tests.Office;

/// <summary>What the office's pages say is there in both languages, for everything that they may have to say.</summary>
public sealed class OfficeWordsTests
{
    private static readonly ResourceManager Texts = new("Casella.Web.Office.OfficeWords", typeof(Words).Assembly);

    public static TheoryData<string> Names => [.. Set(CultureInfo.InvariantCulture).Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_text_is_there_in_Italian_with_the_same_values(string name)
    {
        var (english, italian) = (Set(CultureInfo.InvariantCulture)[name], Set(CultureInfo.GetCultureInfo("it")).GetValueOrDefault(name, ""));

        italian.Should().NotBeEmpty();
        Values(italian).Should().Equal(Values(english));
        italian.Split('|').Should().HaveSameCount(english.Split('|'));
    }

    [Fact]
    public void Everything_that_may_happen_has_words()
    {
        foreach (var name in Enum.GetValues<DirectoryRule>().Where(rule => rule is not DirectoryRule.Other).Select(rule => $"OfficeRule{rule}")
            .Concat(Enum.GetValues<SignInOutcome>().Select(outcome => $"OfficeOutcome{outcome}"))
            .Concat(Enum.GetValues<SheetProblemKind>().Select(kind => $"OfficeSheet{kind}"))
            .Concat(Enum.GetValues<Core.Lists.ListPosting>().Select(posting => $"OfficeListPosting{posting}"))
            .Concat(Enum.GetValues<Core.Signing.DomainKeyState>().Select(state => $"OfficeKeyState{state}"))
            .Concat(Enum.GetValues<OfficeWay>().Select(way => $"OfficeWay{way}"))
            .Concat(Enum.GetValues<DomainRecordState>().Select(state => $"OfficeDnsState{state}"))
            .Concat(OfficeSection.All.Select(section => $"OfficeSection{section.Name}"))
            .Concat(PolicyTable.Rows.Select(row => $"OfficePolicy_{row.Name}"))
            .Concat(WelcomeEndpoints.Reasons)
            .Concat(PasswordEndpoints.Reasons))
            Words.Italian[name].Should().NotBeEmpty();
    }

    [Fact]
    public void Every_act_that_is_in_the_journal_has_a_sentence()
    {
        foreach (var row in OfficeTable.Rows.Where(row => !row.Name.EndsWith(".see", StringComparison.Ordinal) && row.Act is not OfficeAct.TraceMail))
            Words.English[$"OfficeAct_{row.Name}", "X"].Should().Contain("X");
        Words.English[$"OfficeAct_{OwnPassword.Act}", "X"].Should().Contain("X");
    }

    [Theory]
    [InlineData("Anna Rossi", "anna.rossi")]
    [InlineData("Niccolò De Santis", "niccolo.desantis")]
    [InlineData("Anna", "anna")]
    [InlineData("  ", "")]
    public void A_login_is_proposed_from_the_name(string name, string login) => LoginProposal.Of(name).Should().Be(login);

    private static IEnumerable<int> Values(string text) => Enumerable.Range(0, 6).Where(i => text.Contains($"{{{i}}}", StringComparison.Ordinal));

    private static Dictionary<string, string> Set(CultureInfo culture) => Texts.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!
        .Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);
}
