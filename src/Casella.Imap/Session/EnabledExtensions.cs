namespace Casella.Imap.Session;

/// <summary>
/// What the client has switched on with ENABLE (RFC 5161) or by using it (RFC 7162 §3.1). Nothing is ever switched off.
/// </summary>
internal sealed class EnabledExtensions
{
    /// <summary>MODSEQ goes into every FETCH response that has FLAGS.</summary>
    public bool Condstore { get; private set; }

    /// <summary>VANISHED replaces EXPUNGE.</summary>
    public bool Qresync { get; private set; }

    public void EnableCondstore() => Condstore = true;

    /// <summary>RFC 7162 §3.2.3: QRESYNC brings CONDSTORE with it.</summary>
    public void EnableQresync() => Condstore = Qresync = true;
}
