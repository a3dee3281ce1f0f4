using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Casella.Faults;

/// <summary>
/// What the clients know outside the server: every message, and where it may be. An acknowledged command leaves one
/// possibility; a command whose answer never came leaves two.
/// </summary>
internal sealed class TrackedMessage(string id, string worker)
{
    public const string Gone = "";

    public string Id => id;
    public string Worker => worker;
    public byte[] Content { get; } = Compose(id);

    /// <summary>Mailboxes it may be in; <see cref="Gone"/> for none.</summary>
    public HashSet<string> Places { get; } = new(StringComparer.Ordinal) { Gone };

    /// <summary>Values its \Flagged may have.</summary>
    public HashSet<bool> Flagged { get; } = [false];

    /// <summary>Its UID as the server has told it, for the mailbox it is in; 0 when not told.</summary>
    public uint Uid { get; set; }

    /// <summary>Delivered by SMTP without an answer: to be sent again, as a mail server does.</summary>
    public bool MustRetry { get; set; }

    public void IsIn(string place)
    {
        Places.Clear();
        Places.Add(place);
    }

    public void MayAlsoBeIn(string place) => Places.Add(place);

    /// <summary>Mostly small; one in forty so large that it is kept as a file of its own.</summary>
    private static byte[] Compose(string id)
    {
        var seed = BitConverter.ToInt32(SHA256.HashData(Encoding.ASCII.GetBytes(id)));
        var random = new Random(seed);
        var lines = random.Next(40) == 0 ? 1_500 : random.Next(1, 40);
        var text = new StringBuilder($"From: client@example.org\r\nTo: section@example.test\r\nMessage-ID: <{id}@example.org>\r\nX-Id: {id}\r\nSubject: message {id}\r\n\r\n");
        for (var i = 0; i < lines; i++)
            text.Append(Convert.ToHexString(Bytes(random))).Append("\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[35];
        random.NextBytes(bytes);
        return bytes;
    }
}

/// <summary>All messages of one account.</summary>
internal sealed class Ledger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TrackedMessage> _messages = new(StringComparer.Ordinal);
    private int _next;

    public long Acknowledged { get; private set; }

    public IReadOnlyList<TrackedMessage> Messages
    {
        get
        {
            lock (_lock)
                return [.. _messages.Values];
        }
    }

    public TrackedMessage Add(string worker)
    {
        lock (_lock)
        {
            var message = new TrackedMessage(string.Create(CultureInfo.InvariantCulture, $"{worker}-{++_next}"), worker);
            _messages.Add(message.Id, message);
            return message;
        }
    }

    public TrackedMessage? Find(string id)
    {
        lock (_lock)
            return _messages.GetValueOrDefault(id);
    }

    public void CountAcknowledged()
    {
        lock (_lock)
            Acknowledged++;
    }
}
