using System.Text.Json;
using AwesomeAssertions;

namespace Casella.Web.Tests;

public sealed class PageJsonTests
{
    private static readonly JsonSerializerOptions Plain = new();

    [Fact]
    public void What_a_page_tells_its_script_is_written_as_before()
    {
        object?[] told = [7, true, "Verbale", null, new Dictionary<string, List<string>>(StringComparer.Ordinal) { ["uno"] = ["due", "tre"] }, new[] { 1L, 2L }, DateTimeOffset.UnixEpoch];

        JsonSerializer.Serialize(told, Pages()).Should().Be(JsonSerializer.Serialize(told, Plain));
    }

    [Fact]
    public void What_a_script_tells_is_read()
    {
        JsonSerializer.Deserialize<DateTimeOffset?>("\"1970-01-01T00:00:00Z\"", Pages()).Should().Be(DateTimeOffset.UnixEpoch);
        JsonSerializer.Deserialize<long?>("3", Pages()).Should().Be(3);
        JsonSerializer.Deserialize<string[]>("[\"uno\"]", Pages()).Should().Equal("uno");
    }

    /// <summary>A number that is handed over as an object is no reason to learn its thirty-three interfaces.</summary>
    [Fact]
    public void Interfaces_of_dotNET_are_not_learnt()
    {
        var options = Pages();
        JsonSerializer.Serialize<object?[]>([7], options);

        options.TryGetTypeInfo(typeof(int), out _).Should().BeTrue();
        options.TryGetTypeInfo(typeof(IComparable<int>), out _).Should().BeFalse();
        options.TryGetTypeInfo(typeof(System.Numerics.INumber<int>), out _).Should().BeFalse();
    }

    private static JsonSerializerOptions Pages() => new() { TypeInfoResolver = PageJson.Resolver };
}
