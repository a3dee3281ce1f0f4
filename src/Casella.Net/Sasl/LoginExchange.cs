namespace Casella.Net.Sasl;

/// <summary>
/// LOGIN (draft-murchison-sasl-login): asks for the name, then the password. Outlook's cloud sends the name as initial
/// response.
/// </summary>
internal sealed class LoginExchange : SaslExchange
{
    private string? _name;
    private bool _asked;

    public override SaslStep Next(ReadOnlyMemory<byte>? response)
    {
        if (response is null && !_asked)
        {
            _asked = true;
            return new SaslStep("Username:"u8.ToArray(), null);
        }

        var text = response.GetValueOrDefault().Span;
        if (_name is null)
        {
            _asked = true;
            _name = Prepared(text, "user name");
            return new SaslStep("Password:"u8.ToArray(), null);
        }

        return new SaslStep(null, new SaslCredentials(null, _name, Prepared(text, "password")));
    }
}
