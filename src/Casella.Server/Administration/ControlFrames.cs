using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Casella.Server.Administration;

/// <summary>
/// The control socket's framing: four bytes of length (big-endian), then a JSON object in UTF-8. A client sends
/// <see cref="ControlCall"/>s one after the other; the server answers each with any number of lines to tell and one
/// result or error. Used by <see cref="ControlServer"/> and <see cref="ControlClient"/>.
/// </summary>
internal static class ControlFrames
{
    /// <summary>A list of 20,000 accounts is about 4 MB; more in one frame is a mistake.</summary>
    private const int MaxFrame = 64 * 1024 * 1024;

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        MaxDepth = 16,
    };

    public static async Task WriteAsync<T>(Stream stream, T frame, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(frame, Json);
        var bytes = new byte[4 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, body.Length);
        body.CopyTo(bytes, 4);
        await stream.WriteAsync(bytes, cancellationToken);
    }

    /// <summary>The next frame, or null when the other side has closed.</summary>
    /// <exception cref="IOException">Closed within a frame, or not our framing.</exception>
    public static async Task<T?> ReadAsync<T>(Stream stream, CancellationToken cancellationToken)
        where T : class
    {
        var head = new byte[4];
        if (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken) < head.Length)
            return null;
        var length = BinaryPrimitives.ReadInt32BigEndian(head);
        if (length is < 0 or > MaxFrame)
            throw new IOException($"a frame of {length} bytes");
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize<T>(body, Json);
        }
        catch (Exception malformed) when (malformed is JsonException or NotSupportedException)
        {
            throw new IOException($"a frame that is none of ours: {malformed.Message}", malformed);
        }
    }
}

/// <param name="Version">Of the program that asks: another version's requests may mean something else.</param>
internal sealed record ControlCall(string Version, AdminRequest Request)
{
    /// <summary>Requests carry passwords.</summary>
    public override string ToString() => Request.GetType().Name;
}

/// <summary>One of the three is set.</summary>
/// <param name="Told">A line while the request is at work.</param>
internal sealed record ControlAnswer(string? Told = null, JsonElement? Result = null, ControlError? Error = null);

internal sealed record ControlError(string Code, string Message);
