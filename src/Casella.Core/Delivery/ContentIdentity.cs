using System.Security.Cryptography;
using System.Text;
using Casella.Core.Messages;
using Casella.Formats.Addresses;

namespace Casella.Core.Delivery;

/// <summary>
/// What makes two deliveries the same one, so that a sender's retry after a lost answer is not doubled: Message-ID,
/// reverse-path, recipient and the body's bytes. Not the header, which has each attempt's trace in it. Made by
/// <see cref="Deliverer"/> for one request.
/// </summary>
internal sealed class ContentIdentity(DeliveryRequest request)
{
    private readonly Lazy<byte[]> _body = new(() => HashBody(request.Content));

    /// <summary>
    /// Empty without a Message-ID: two equal messages of a program that writes none may well be two messages.
    /// </summary>
    public ReadOnlyMemory<byte> KeyFor(EmailAddress recipient, AccountId account)
    {
        if (request.Content.Parsed.MessageId is not { } messageId)
            return default;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.ReversePath}\n{recipient}\n{account.Value}\n{messageId}\n"));
        hash.AppendData(_body.Value);
        return hash.GetHashAndReset();
    }

    private static byte[] HashBody(StagedMessage content)
    {
        using var stream = content.OpenRead();
        stream.ReadExactly(new byte[content.Parsed.HeaderSize]);
        return SHA256.HashData(stream);
    }
}
