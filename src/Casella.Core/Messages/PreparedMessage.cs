using System.Security.Cryptography;
using Casella.Core.Storage;
using Casella.Formats.Mime;

namespace Casella.Core.Messages;

/// <summary>A message with everything computed and its body written, ready for a unit to place it.</summary>
internal sealed record PreparedMessage(NewMessage New, ParsedMessage Parsed, PreparedBody Body, string ObjectId)
{
    private readonly byte[] _envelope = CompactForm.Write(Parsed.Envelope);
    private readonly byte[] _structure = CompactForm.Write(Parsed.Root);

    /// <summary>Seconds since 1970 UTC; null without a Date.</summary>
    public long? SentAt => Parsed.SentAt?.ToUnixTimeSeconds();

    public static async Task<PreparedMessage> MakeAsync(
        AccountState state, NewMessage message, string objectId, CancellationToken cancellationToken)
    {
        var parsed = message.Content.Parsed;
        var body = await state.Store.PrepareAsync(state.Id, message.Content, parsed.HeaderSize, cancellationToken);
        return new PreparedMessage(message, parsed, body, objectId);
    }

    /// <summary>RFC 8474 §7: unguessable and never given again; POP3's UIDL is the same.</summary>
    public static string NewObjectId() => "M" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public NewMessageRow RowIn(UnitOfWork unit)
    {
        IReadOnlyList<string> related = Parsed.MessageId is { } own ? [.. Parsed.References, own] : Parsed.References;
        return new NewMessageRow(
            ObjectId, unit.Transaction.FindThread(related), Parsed.MessageId, Parsed.SentAt, Parsed.HasAttachments,
            _envelope, _structure, Parsed.Preview, Parsed.BaseSubject);
    }
}
