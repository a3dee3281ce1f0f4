using Casella.Formats.Mime;

namespace Casella.Formats.Sieve.Matching;

/// <summary>Walks a structure in the order of its parts (RFC 5703 §3), with a stack of its own.</summary>
internal static class MimeParts
{
    public static IEnumerable<BodyPart> WithChildren(BodyPart root)
    {
        var open = new Stack<BodyPart>([root]);
        while (open.TryPop(out var part))
        {
            yield return part;
            for (var i = part.Children.Count - 1; i >= 0; i--)
                open.Push(part.Children[i]);
        }
    }
}
