namespace Casella.Imap.Syntax;

/// <summary>
/// The client sent something the grammar does not allow. Thrown by <see cref="ImapParser"/> and by commands whose
/// arguments make no sense, caught once in the session's loop, where it becomes a tagged BAD. The message is for the
/// person who debugs the client: it names what was expected.
/// </summary>
internal sealed class ImapSyntaxException(string message) : Exception(message);
