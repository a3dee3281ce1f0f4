namespace Casella.Net.Sasl;

/// <summary>PLAIN (RFC 4616 §2): [authzid] NUL authcid NUL passwd.</summary>
internal sealed class PlainExchange : SaslExchange
{
    public override SaslStep Next(ReadOnlyMemory<byte>? response)
    {
        if (response is not { } message)
            return new SaslStep(ReadOnlyMemory<byte>.Empty, null);
        var span = message.Span;
        var first = span.IndexOf((byte)0);
        var second = first < 0 ? -1 : span[(first + 1)..].IndexOf((byte)0);
        if (second < 0)
            throw new SaslException("PLAIN needs two NUL octets.");
        var password = span[(first + 1 + second + 1)..];
        if (password.Contains((byte)0))
            throw new SaslException("PLAIN has more than two NUL octets.");
        var authorization = first == 0 ? null : Prepared(span[..first], "authorization identity");
        var name = Prepared(span.Slice(first + 1, second), "user name");
        return new SaslStep(null, new SaslCredentials(authorization, name, Prepared(password, "password")));
    }
}
