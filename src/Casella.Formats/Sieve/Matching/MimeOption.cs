using System.Text;
using Casella.Formats.Mime;
using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Matching;

/// <summary>
/// [":mime"] [":anychild"] [MIMEOPTS] of header, address and exists (RFC 5703 §4): the fields of parts, and pieces of
/// them.
/// </summary>
internal sealed class MimeOption
{
    private readonly bool _isMime;
    private readonly bool _anyChild;
    private readonly string? _piece;
    private readonly IReadOnlyList<SieveText> _parameters;

    private MimeOption(bool isMime, bool anyChild, string? piece, IReadOnlyList<SieveText> parameters) =>
        (_isMime, _anyChild, _piece, _parameters) = (isMime, anyChild, piece, parameters);

    /// <param name="withPieces">Only header looks at pieces of a field.</param>
    public static MimeOption Read(Arguments arguments, bool withPieces)
    {
        var isMime = arguments.Flag(":mime", "mime");
        var anyChild = arguments.Flag(":anychild", "mime");
        if (anyChild && !isMime)
            throw arguments.Fault("AnyChildWithoutMime");
        if (!withPieces || !isMime)
            return new MimeOption(isMime, anyChild, null, []);
        var parameters = arguments.Texts(":param", "mime");
        var piece = arguments.OneOf([(":type", null), (":subtype", null), (":contenttype", null)]);
        if (piece is not null && parameters is not null)
            throw arguments.Fault("TagsExclude", piece, ":param");
        return new MimeOption(isMime, anyChild, parameters is null ? piece : ":param", parameters ?? []);
    }

    /// <summary>The fields of a name that the test looks at.</summary>
    public IEnumerable<RunningField> Named(SieveRun run, string name)
    {
        var message = run.Message;
        if (!_isMime)
            return message.Named(name);
        var part = message.CurrentPart ?? message.Structure;
        var parts = _anyChild ? MimeParts.WithChildren(part) : [part];
        return parts.SelectMany(found =>
        {
            var fields = message.FieldsOf(found);
            run.Spend(20 + fields.Count);
            return fields.Where(field => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase));
        });
    }

    /// <summary>The values of a field: itself, or what is asked of its MIME form.</summary>
    public IEnumerable<string> Values(SieveRun run, RunningField field)
    {
        if (_piece is null)
            return [field.Text];
        var parsed = ParameterizedField.Parse(field.Value.Span);
        var value = Encoding.UTF8.GetString(parsed.Value.Span);
        var isType = string.Equals(field.Name, "Content-Type", StringComparison.OrdinalIgnoreCase);
        var isDisposition = string.Equals(field.Name, "Content-Disposition", StringComparison.OrdinalIgnoreCase);
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        return _piece switch
        {
            ":param" => _parameters.Select(name => parsed.Find(name.Expand(run))).OfType<ReadOnlyMemory<byte>>().Select(found => DecodedText.Header(found.Span)),
            ":type" when isType => slash > 0 ? [value[..slash].Trim()] : [],
            ":subtype" when isType => slash > 0 ? [value[(slash + 1)..].Trim()] : [],
            ":contenttype" when isType => slash > 0 ? [value] : [],
            ":type" or ":contenttype" when isDisposition => [value],
            _ => [""],
        };
    }
}
