using System.Diagnostics.CodeAnalysis;

namespace Casella.Core.Annotations;

/// <summary>
/// The name of an annotation (RFC 5464 §3.2): "/shared/comment" is one for all, "/private/comment" each person's own.
/// Capitals make no difference, so it is kept in small letters.
/// </summary>
public sealed record AnnotationEntry
{
    /// <summary>Longer is no name any more; programs use 60 characters at most.</summary>
    private const int MaxLength = 255;

    private const string Shared = "/shared";
    private const string Private = "/private";

    private AnnotationEntry(string path) => Path = path;

    /// <summary>With its first component; ASCII, in small letters.</summary>
    public string Path { get; }

    public bool IsPrivate { get; private init; }

    /// <summary>False for "/private" and "/shared" themselves, which have only entries below them.</summary>
    public bool CanHaveValue => Path.Length > (IsPrivate ? Private : Shared).Length;

    /// <summary>The rules of RFC 5464 §3.2; 0x00 … 0x19 there means control characters.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out AnnotationEntry? entry)
    {
        entry = null;
        var isLegal = text.Length is > 0 and <= MaxLength && text[^1] != '/' && !text.Contains("//", StringComparison.Ordinal)
            && text.All(c => c is >= ' ' and <= '~' and not ('*' or '%'));
        if (!isLegal)
            return false;
        var path = text.ToLowerInvariant();
        var isPrivate = IsAtOrBelow(path, Private);
        if (!isPrivate && !IsAtOrBelow(path, Shared))
            return false;
        entry = new AnnotationEntry(path) { IsPrivate = isPrivate };
        return true;
    }

    public static AnnotationEntry Parse(string text) =>
        TryParse(text, out var entry) ? entry : throw new FormatException($"\"{text}\" names no annotation.");

    /// <summary>How many components it lies below another: 0 for the same, null when it does not.</summary>
    public int? DepthBelow(AnnotationEntry above) =>
        IsAtOrBelow(Path, above.Path) ? Path.AsSpan(above.Path.Length).Count('/') : null;

    public override string ToString() => Path;

    private static bool IsAtOrBelow(string path, string above) =>
        path.StartsWith(above, StringComparison.Ordinal) && (path.Length == above.Length || path[above.Length] == '/');
}
