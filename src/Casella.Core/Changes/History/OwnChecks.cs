using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Formats.AuthenticationResults;
using Casella.Formats.Mime;

namespace Casella.Core.Changes.History;

/// <summary>
/// What this server found out about who sent a message. Only what stands above the topmost Received field can be ours:
/// that one is our own, and everything below it came with the message and may be a lie (RFC 8601 §5).
/// </summary>
internal static class OwnChecks
{
    /// <returns>"spf=pass", "dkim=fail"; none where the message says nothing, or its header is too large to be kept beside
    /// it.</returns>
    public static IReadOnlyList<string> Read(IMailReader reader, EmailId message) =>
        reader.Messages([message], MessageNeeds.Header) is [var row] ? Read(row.Header) : [];

    private static List<string> Read(ReadOnlyMemory<byte> header) =>
    [
        .. HeaderSection.Fields(header)
            .TakeWhile(field => !IsNamed(field, "Received"))
            .Where(field => IsNamed(field, "Authentication-Results"))
            .SelectMany(field => MethodResults.Read(field.Value.Span))
            .Select(result => $"{result.Method}={result.Result}"),
    ];

    private static bool IsNamed(HeaderField field, string name) => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase);
}
