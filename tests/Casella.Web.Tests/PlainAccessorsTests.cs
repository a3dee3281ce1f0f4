using System.Text.Json;
using AwesomeAssertions;

namespace Casella.Web.Tests;

public sealed class PlainAccessorsTests
{
    /// <summary>Red with a runtime that is built otherwise: nothing is broken then, but pages are larger again.</summary>
    [Fact]
    public void This_runtime_can_do_without_emitting() => PlainAccessors.Use().Should().BeTrue();

    [Fact]
    public void What_is_written_is_read_back()
    {
        PlainAccessors.Use();
        var row = new Row("Verbale", 3, [new Cell { Text = "uno" }, new Cell { Text = "due" }]);

        JsonSerializer.Deserialize<Row>(JsonSerializer.Serialize(row)).Should().BeEquivalentTo(row);
    }

    private sealed record Row(string Name, int Number, IReadOnlyList<Cell> Cells);

    private sealed class Cell
    {
        public required string Text { get; init; }
    }
}
