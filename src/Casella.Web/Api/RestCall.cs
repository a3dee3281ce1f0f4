using System.Globalization;
using System.Text.Json;
using Casella.Core.Office;
using Microsoft.AspNetCore.Http;

namespace Casella.Web.Api;

/// <summary>One call as its route sees it.</summary>
/// <param name="Values">What stands in the path, by name.</param>
internal sealed record RestCall(HttpContext Http, OfficeDoor Door, IReadOnlyDictionary<string, string> Values, WebSite Site)
{
    /// <summary>A form of the office is smaller by far.</summary>
    private const long MaxBody = 64 * 1024;

    public CancellationToken Stop => Http.RequestAborted;

    public string this[string name] => Values[name];

    public string? Query(string name) => Http.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    public int? Number(string name) => int.TryParse(Query(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <exception cref="JsonException">It is none, or lacks what it must have.</exception>
    public async Task<T> BodyAsync<T>()
        where T : class
    {
        if (Http.Request.ContentLength > MaxBody)
            throw new JsonException("too large");
        using var limited = new MemoryStream();
        var buffer = new byte[8192];
        for (int read; (read = await Http.Request.Body.ReadAsync(buffer, Stop)) > 0;)
        {
            limited.Write(buffer, 0, read);
            if (limited.Length > MaxBody)
                throw new JsonException("too large");
        }

        return JsonSerializer.Deserialize<T>(limited.ToArray(), RestJson.Options) ?? throw new JsonException("null");
    }
}

internal static class RestJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        // The document asks it for shapes before the first call has.
        TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };
}
