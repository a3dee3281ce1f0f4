using Casella.Core.Annotations;

namespace Casella.Imap.Commands.Metadata;

/// <summary>Which annotations are asked for (RFC 5464 §4.2, RFC 9590).</summary>
/// <param name="MaxSize">Octets of the longest value to return; null for no limit (RFC 5464 §4.2.1).</param>
/// <param name="Depth">Components below each entry (RFC 5464 §4.2.2).</param>
internal sealed record AnnotationQuery(IReadOnlyList<AnnotationEntry> Entries, uint? MaxSize = null, int Depth = 0)
{
    /// <summary>
    /// What is returned of what there is, in the order asked. An entry that is asked for by its name is there in any
    /// case, as NIL when it has no value (RFC 5464 §3.2): a response is required, and the client need not guess.
    /// </summary>
    public AnnotationFindings Select(IReadOnlyList<Annotation> present)
    {
        var found = new List<Annotation>();
        var seen = new HashSet<AnnotationEntry>();
        var longest = 0;
        foreach (var asked in Entries)
        {
            var matching = present.Where(one => one.Entry.DepthBelow(asked) <= Depth).ToList();
            if (matching.Count == 0 && Depth == 0 && asked.CanHaveValue)
                matching.Add(new Annotation(asked, null));
            foreach (var annotation in matching.Where(one => seen.Add(one.Entry)))
            {
                if (annotation.Value?.Length > MaxSize)
                    longest = Math.Max(longest, annotation.Value.Value.Length);
                else
                    found.Add(annotation);
            }
        }
        return new AnnotationFindings(found, longest);
    }
}

/// <param name="LongestLeftOut">Octets of the longest value above MAXSIZE; 0 when there is none.</param>
internal sealed record AnnotationFindings(IReadOnlyList<Annotation> Found, int LongestLeftOut);
