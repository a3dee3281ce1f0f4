using AwesomeAssertions;

namespace Casella.Architecture.Attacks;

/// <summary>
/// The catalogue of attacks on transport and scripts (A1 to A23, B9, B10), and the test that shows each to fail. A row is id,
/// name, file and method: a test that is renamed or goes takes its row with it, and nobody is left without one.
/// </summary>
public sealed class AttackTable
{
    private static readonly string[][] Rows =
    [
        .. File.ReadAllLines(Path.Join(Repository.Root, "tests/Casella.Architecture/Attacks/attacks.tsv")).Select(line => line.Split('\t')),
    ];

    [Fact]
    public void Every_attack_has_a_test() =>
        Rows.Select(row => row[0]).Distinct(StringComparer.Ordinal).Should().BeEquivalentTo([.. Enumerable.Range(1, 23).Select(n => $"A{n}"), "B9", "B10"]);

    [Fact]
    public void Every_test_is_there() => Rows
        .Where(row => row.Length != 4 || !File.Exists(Path.Join(Repository.Root, row[2])) || !File.ReadAllText(Path.Join(Repository.Root, row[2])).Contains($" {row[3]}(", StringComparison.Ordinal))
        .Select(row => string.Join(' ', row)).Should().BeEmpty();
}
