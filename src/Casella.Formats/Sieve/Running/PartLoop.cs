using Casella.Formats.Mime;

namespace Casella.Formats.Sieve.Running;

/// <summary>
/// A loop over the parts of a message (RFC 5703 §3), depth first. It keeps places and no parts: "replace" and "enclose"
/// change the structure under it. A place is the way down from the whole message, which child at each step.
/// </summary>
/// <param name="root">The part whose children it goes through.</param>
/// <param name="withRoot">And that part itself, first.</param>
internal sealed class PartLoop(int[] root, bool withRoot)
{
    private int[] _root = root;
    private bool _hasBegun;
    private bool _passesOver;

    public int[] Current { get; private set; } = root;

    /// <summary>To the next part; false behind the last one.</summary>
    public bool MoveNext(BodyPart structure)
    {
        var isFirst = !_hasBegun;
        var passesOver = _passesOver;
        (_hasBegun, _passesOver) = (true, false);
        if (isFirst && withRoot)
            return Find(structure, Current) is not null;
        if (!passesOver && Find(structure, Current) is { Children.Count: > 0 })
        {
            Current = [.. Current, 0];
            return true;
        }

        while (Current.Length > _root.Length)
        {
            var (parent, next) = (Current[..^1], Current[^1] + 1);
            if (Find(structure, parent) is { } container && next < container.Children.Count)
            {
                Current = [.. parent, next];
                return true;
            }

            Current = parent;
        }

        return false;
    }

    /// <summary>RFC 5703 §5: the loop that is under way goes into nothing that is no more, nor into what came instead.</summary>
    public void Replaced(ReadOnlySpan<int> place) => _passesOver |= place.SequenceEqual(Current);

    /// <summary>The whole message is now below another one.</summary>
    public void MoveBelow(int[] place) => (_root, Current) = ([.. place, .. _root], [.. place, .. Current]);

    /// <summary>The part at a place, or null.</summary>
    public static BodyPart? Find(BodyPart structure, ReadOnlySpan<int> place)
    {
        var part = structure;
        foreach (var step in place)
        {
            if (step >= part.Children.Count)
                return null;
            part = part.Children[step];
        }

        return part;
    }
}
