namespace Casella.Net.Sasl;

/// <summary>PLAIN (RFC 4616 §2): [authzid] NUL authcid NUL passwd.</summary>
internal sealed class PlainExchange(SaslPeer peer) : SaslExchange
{
    public override async ValueTask<SaslStep> NextAsync(ReadOnlyMemory<byte>? response, CancellationToken cancellationToken)
    {
        if (response is not { } message)
            return SaslStep.Ask(default);
        var (authorization, name, password) = Read(message.Span);
        RequireSame(authorization, name);
        return SaslStep.Done(await peer.SignInAsync(name, password, cancellationToken));
    }

    internal static (string? Authorization, string Name, string Password) Read(ReadOnlySpan<byte> message)
    {
        var first = message.IndexOf((byte)0);
        var second = first < 0 ? -1 : message[(first + 1)..].IndexOf((byte)0);
        if (second < 0)
            throw new SaslException("PLAIN needs two NUL octets.");
        var password = message[(first + 1 + second + 1)..];
        if (password.Contains((byte)0))
            throw new SaslException("PLAIN has more than two NUL octets.");
        var authorization = first == 0 ? null : Prepared(message[..first], "authorization identity");
        return (authorization, Prepared(message.Slice(first + 1, second), "user name"), Prepared(password, "password"));
    }
}
