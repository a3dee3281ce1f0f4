namespace Casella.Net.Sasl;

/// <summary>
/// LOGIN (draft-murchison-sasl-login): asks for the name, then the password. Outlook's cloud sends the name as initial
/// response.
/// </summary>
internal sealed class LoginExchange(SaslPeer peer) : SaslExchange
{
    private string? _name;
    private bool _asked;

    public override async ValueTask<SaslStep> NextAsync(ReadOnlyMemory<byte>? response, CancellationToken cancellationToken)
    {
        if (response is null && !_asked)
        {
            _asked = true;
            return SaslStep.Ask("Username:"u8.ToArray());
        }

        var text = response.GetValueOrDefault();
        if (_name is null)
        {
            _asked = true;
            _name = Prepared(text.Span, "user name");
            return SaslStep.Ask("Password:"u8.ToArray());
        }

        return SaslStep.Done(await peer.SignInAsync(_name, Prepared(text.Span, "password"), cancellationToken));
    }
}
