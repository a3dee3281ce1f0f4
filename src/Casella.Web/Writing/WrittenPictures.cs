namespace Casella.Web.Writing;

/// <summary>
/// The pictures in the text of a mail that is being written. In the composer they have an address of ours, by which only
/// their writer sees them; in the mail they go along with the HTML and are named by it (RFC 2392 cid:).
/// </summary>
/// <param name="messageId">Of the mail: no two pictures of the world have one name.</param>
internal sealed class WrittenPictures(string messageId)
{
    public const string Path = "/compose/picture/";

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>File (<see cref="AttachedFile.Id"/>) and Content-ID of each that stands in the text.</summary>
    public IReadOnlyDictionary<string, string> Names => _names;

    public static string AddressOf(string file) => Path + file;

    /// <summary>The picture as the mail names it; null for one that is not ours, wherever it is.</summary>
    public string? Take(string address)
    {
        if (!address.StartsWith(Path, StringComparison.Ordinal))
            return null;
        var file = address[Path.Length..];
        if (!_names.TryGetValue(file, out var name))
            _names[file] = name = FormattableString.Invariant($"picture{_names.Count + 1}.{messageId}");
        return $"cid:{name}";
    }
}
