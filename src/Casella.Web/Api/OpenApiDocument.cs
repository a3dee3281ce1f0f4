using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Casella.Core.Office;

namespace Casella.Web.Api;

/// <summary>
/// The routes as an OpenAPI 3.1 document: made of the table that answers the calls, so it cannot say anything else. The
/// shapes are JSON Schema as .NET derives them from the very types that are written.
/// </summary>
internal static class OpenApiDocument
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static byte[] Write(IReadOnlyList<RestRoute> routes, string server)
    {
        var paths = new JsonObject();
        foreach (var path in routes.GroupBy(route => route.Path, StringComparer.Ordinal))
        {
            var item = new JsonObject();
            foreach (var route in path)
                item[route.Method.ToLower(CultureInfo.InvariantCulture)] = Operation(route);
            paths[path.Key] = item;
        }

        var document = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "Casella", ["version"] = "1", ["description"] = Description },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = server }),
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
                ["schemas"] = new JsonObject { ["problem"] = Schema(typeof(RestProblem.Problem)) },
            },
        };
        return JsonSerializer.SerializeToUtf8Bytes(document, Indented);
    }

    private static string Description =>
        "What the office does, for programs. A token may what its maker may, as far as its scopes go. What a token may not see is 404, as what is not there.";

    private static JsonObject Operation(RestRoute route)
    {
        var row = OfficeTable.Row(route.Act);
        var operation = new JsonObject
        {
            ["operationId"] = Id(route),
            ["summary"] = route.Summary,
            ["description"] = $"Scope {row.Scope}; for {OfficeRolesText.Format(row.Roles)}.",
            ["tags"] = new JsonArray(route.Path.Split('/')[1]),
            ["responses"] = Responses(route),
        };
        var parameters = new JsonArray();
        foreach (var name in route.Names)
            parameters.Add(Parameter(name, "path"));
        foreach (var name in route.Query)
            parameters.Add(Parameter(name, "query"));
        if (parameters.Count > 0)
            operation["parameters"] = parameters;
        if (route.Body is { } body)
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(body, "application/json") };
        return operation;
    }

    /// <summary>"putMailboxesMembers".</summary>
    private static string Id(RestRoute route) => string.Concat(
        route.Method.ToLower(CultureInfo.InvariantCulture),
        string.Concat(route.Path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(segment => segment.Trim('{', '}')).SelectMany(segment => segment.Split('-'))
            .Select(word => $"{char.ToUpperInvariant(word[0])}{word[1..]}")));

    private static JsonObject Parameter(string name, string place) => new()
    {
        ["name"] = name,
        ["in"] = place,
        ["required"] = place is "path",
        ["schema"] = new JsonObject { ["type"] = "string" },
    };

    private static JsonObject Responses(RestRoute route)
    {
        var done = new JsonObject { ["description"] = route.Answer is null ? "Done" : "The answer" };
        if (route.Answer is { } answer)
            done["content"] = Content(answer, "application/json");
        var responses = new JsonObject { [route.Status.ToString(CultureInfo.InvariantCulture)] = done };
        responses["default"] = new JsonObject
        {
            ["description"] = "It was not done: 401 no token, 404 not there or not for this token, 409 in conflict, 422 a rule is broken",
            ["content"] = new JsonObject
            {
                ["application/problem+json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/problem" } },
            },
        };
        return responses;
    }

    private static JsonObject Content(Type type, string mediaType) => new() { [mediaType] = new JsonObject { ["schema"] = Schema(type) } };

    private static JsonNode Schema(Type type) => RestJson.Options.GetJsonSchemaAsNode(type, new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true });
}
