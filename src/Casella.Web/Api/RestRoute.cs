using Casella.Core.Office;
using Microsoft.AspNetCore.Http;

namespace Casella.Web.Api;

/// <summary>One thing that a program may ask for.</summary>
/// <param name="Path">Below <see cref="RestApi.Root"/>; "{address}" is a value.</param>
/// <param name="Act">Whose row of <see cref="OfficeTable"/> says who may.</param>
/// <param name="Summary">For the document.</param>
/// <param name="Run">Null for done and nothing to say.</param>
internal sealed record RestRoute(string Method, string Path, OfficeAct Act, string Summary, Func<RestCall, Task<object?>> Run)
{
    private readonly string[] _segments = Path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What it takes; null for nothing.</summary>
    public Type? Body { get; init; }

    /// <summary>What it answers; null for nothing.</summary>
    public Type? Answer { get; init; }

    /// <summary>Names of what may stand behind the question mark.</summary>
    public IReadOnlyList<string> Query { get; init; } = [];

    /// <summary>It makes something new.</summary>
    public bool IsCreation { get; init; }

    public int Status => IsCreation ? StatusCodes.Status201Created : Answer is null ? StatusCodes.Status204NoContent : StatusCodes.Status200OK;

    public IEnumerable<string> Names => _segments.Where(IsValue).Select(segment => segment[1..^1]);

    public Task<object?> RunAsync(RestCall call) => Run(call);

    /// <summary>What stands in the path by name; null when it is another path.</summary>
    public Dictionary<string, string>? Match(IReadOnlyList<string> segments)
    {
        if (segments.Count != _segments.Length)
            return null;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < segments.Count; i++)
            if (IsValue(_segments[i]))
                // The server has decoded all but this one.
                values[_segments[i][1..^1]] = segments[i].Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
            else if (!string.Equals(_segments[i], segments[i], StringComparison.Ordinal))
                return null;
        return values;
    }

    private static bool IsValue(string segment) => segment is ['{', .., '}'];
}
