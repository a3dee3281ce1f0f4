namespace Casella.Imap.Syntax;

/// <summary>
/// The client sent something the grammar does not allow. Thrown by <see cref="ImapParser"/> and by commands whose
/// arguments make no sense, caught once in the session's loop, where it becomes a tagged BAD. The message is for the
/// person who debugs the client: it names what was expected.
/// </summary>
/// <param name="message">What was expected.</param>
/// <param name="code">Response code without its brackets, or null.</param>
internal sealed class ImapSyntaxException(string message, string? code = null) : Exception(message)
{
    public string? Code { get; } = code;

    /// <summary>RFC 9586: numbers have been given up by ENABLE UIDONLY.</summary>
    public static ImapSyntaxException UidRequired() => new("Messages are named by UIDs since UIDONLY is enabled", "UIDREQUIRED");
}
