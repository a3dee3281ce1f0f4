namespace Casella.Formats.Mime;

/// <summary>
/// Reads a message once from its first to its last byte and tells all that <see cref="ParsedMessage"/> holds. Called by Core when
/// a message is appended or delivered. Total on any input: broken MIME gives an opaque part, never an exception.
/// </summary>
public static class MessageParser
{
    /// <summary>Parses a whole message.</summary>
    /// <param name="content">Seekable or not; read from its current position to its end.</param>
    public static ParsedMessage Parse(Stream content) => throw new NotImplementedException();
}
