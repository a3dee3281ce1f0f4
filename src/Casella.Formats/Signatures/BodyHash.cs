using System.Security.Cryptography;

namespace Casella.Formats.Signatures;

/// <summary>
/// The SHA-256 of a body in the canonical form of a signature (RFC 6376 §3.4.3, §3.4.4), computed while it streams by:
/// whatever its size, nothing of it is kept.
/// </summary>
public sealed class BodyHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _output = new byte[4 * 1024];
    private readonly bool _isRelaxed;
    private readonly long? _length;
    private int _waiting;
    private long _written;
    private long _lines;
    private bool _isSpace;
    private bool _isReturn;

    /// <param name="length">l=: how much of the canonical body is covered; null for all.</param>
    public BodyHash(bool isRelaxed, long? length) => (_isRelaxed, _length) = (isRelaxed, length);

    /// <summary>Octets of the canonical body so far: more than l= means that something was added behind what was signed.</summary>
    public long Length => _written;

    public void Append(ReadOnlySpan<byte> body)
    {
        foreach (var octet in body)
        {
            if (_isReturn && octet != '\n')
                Content((byte)'\r');
            _isReturn = octet == '\r';
            if (_isReturn)
                continue;
            if (octet == '\n')
                EndOfLine();
            else if (_isRelaxed && octet is (byte)' ' or (byte)'\t')
                _isSpace = true;
            else
                Content(octet);
        }
    }

    /// <summary>The hash of the whole; the object is then done with.</summary>
    public byte[] Finish()
    {
        if (_isReturn)
            Content((byte)'\r');
        // The empty lines at the end are none. What is left ends with one CRLF; nothing at all is nothing when relaxed
        // and one CRLF when simple.
        if (_written > 0 || !_isRelaxed)
            Write("\r\n"u8);
        Flush();
        return _hash.GetHashAndReset();
    }

    public void Dispose() => _hash.Dispose();

    private void EndOfLine()
    {
        _isSpace = false;
        _lines++;
    }

    private void Content(byte octet)
    {
        for (; _lines > 0; _lines--)
            Write("\r\n"u8);
        if (_isSpace)
            Write(" "u8);
        _isSpace = false;
        Write([octet]);
    }

    private void Write(ReadOnlySpan<byte> octets)
    {
        foreach (var octet in octets)
        {
            if (_length is not { } limit || _written < limit)
            {
                if (_waiting == _output.Length)
                    Flush();
                _output[_waiting++] = octet;
            }

            _written++;
        }
    }

    private void Flush()
    {
        _hash.AppendData(_output.AsSpan(0, _waiting));
        _waiting = 0;
    }
}
