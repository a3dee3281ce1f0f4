namespace Casella.Formats.Mime;

/// <summary>
/// Keeps the beginning of the part that a preview is made of: the first plain text that has words in it, else the first
/// HTML. Filled while the message is read once.
/// </summary>
internal sealed class TextSample
{
    /// <summary>Octets of a part that are kept; HTML has long heads before its first word.</summary>
    private const int MaxOctets = 16 * 1024;

    private BodyPart? _plainPart;
    private BodyPart? _htmlPart;
    private byte[]? _plain;
    private byte[]? _html;
    private byte[]? _current;
    private int _length;
    private BodyPart? _reading;

    public void Begin(BodyPart part)
    {
        var wanted = PartFields.IsText(part) && !PartFields.IsAttachment(part)
            && (PartFields.IsHtml(part) ? _html is null : _plain is null);
        _reading = wanted ? part : null;
        _length = 0;
    }

    public void Add(ReadOnlySpan<byte> content)
    {
        if (_reading is null || _length == MaxOctets)
            return;
        var taken = content[..Math.Min(content.Length, MaxOctets - _length)];
        if (_current is null || _current.Length < _length + taken.Length)
            Array.Resize(ref _current, Math.Min(MaxOctets, Math.Max(_length + taken.Length, 2 * _length)));
        taken.CopyTo(_current.AsSpan(_length));
        _length += taken.Length;
    }

    public void End()
    {
        if (_reading is null)
            return;
        var text = _current.AsSpan(0, _length);
        if (text.IndexOfAnyExcept(" \t\r\n"u8) >= 0)
        {
            if (PartFields.IsHtml(_reading))
                (_htmlPart, _html) = (_reading, text.ToArray());
            else
                (_plainPart, _plain) = (_reading, text.ToArray());
        }

        _reading = null;
    }

    /// <summary>The text, decoded, HTML as its words; empty when the message has none.</summary>
    public string Read()
    {
        var text = _plainPart is not null ? DecodedText.Text(_plainPart, _plain, htmlToText: true) : "";
        return string.IsNullOrWhiteSpace(text) && _htmlPart is not null ? DecodedText.Text(_htmlPart, _html, htmlToText: true) : text;
    }
}
