using System.Text;
using Casella.Formats.Mime;

namespace Casella.Core.Messages.Searching;

/// <summary>
/// What a search knows of one message so far: always its placement, later its header, last its text. Decoded and folded
/// once, however many terms ask.
/// </summary>
internal sealed class SearchView(Placement placement)
{
    private List<(string Name, string Folded)>? _fields;
    private string? _headerText;

    public Placement Placement => placement;

    /// <summary>Null while it has not been read.</summary>
    public MessageData? Data { get; set; }

    /// <summary>Folded text of the body; null while it has not been read.</summary>
    public string? Body { get; set; }

    /// <summary>The header fields' decoded values, folded for searching.</summary>
    public IReadOnlyList<(string Name, string Folded)> Fields => _fields ??=
        [.. HeaderSection.Fields(Data!.Header).Select(header => (header.Name, DecodedText.FoldForSearch(DecodedText.Header(header.Value.Span))))];

    /// <summary>The whole header as one text: TEXT finds field names too.</summary>
    public string HeaderText
    {
        get
        {
            if (_headerText is not null)
                return _headerText;
            var text = new StringBuilder();
            foreach (var (name, folded) in Fields)
                text.Append(DecodedText.FoldForSearch(name)).Append(": ").Append(folded).Append('\n');
            return _headerText = text.ToString();
        }
    }
}
