using System.Text.Json.Serialization;
using Casella.Core;
using Casella.Formats.Addresses;

namespace Casella.Web.Writing;

/// <summary>What a composer sends of itself, each time whole: so no order of requests can mix it up.</summary>
internal sealed record WrittenDraft
{
    /// <summary>The mailbox account in whose name it is written.</summary>
    public long Account { get; init; }

    /// <summary>The draft that this replaces, as rows name messages; null for the first time.</summary>
    public string? Draft { get; init; }

    public string MessageId { get; init; } = "";
    public IReadOnlyList<string> To { get; init; } = [];
    public IReadOnlyList<string> Cc { get; init; } = [];
    public IReadOnlyList<string> Bcc { get; init; } = [];
    public string Subject { get; init; } = "";
    public string Text { get; init; } = "";

    /// <summary>Null for a plain mail.</summary>
    public string? Html { get; init; }

    /// <summary>The address that it is from; null for the mailbox's own.</summary>
    public string? From { get; init; }

    /// <summary>Kept among the templates of the mailbox, for all its members.</summary>
    public bool IsTemplate { get; init; }

    /// <summary>When it is to leave; null for at once.</summary>
    public DateTimeOffset? SendAt { get; init; }

    /// <summary>The same as the reader's clock shows it: "2026-12-24T08:00".</summary>
    public string? SendAtClock { get; init; }

    /// <summary>Report when it has arrived (RFC 3461 §4.1).</summary>
    public bool WantsReport { get; init; }

    public string? InReplyTo { get; init; }
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>Files by name (<see cref="AttachedFile.Id"/>).</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    [JsonIgnore]
    public IEnumerable<string> Recipients => To.Concat(Cc).Concat(Bcc);
}

/// <summary>A recipient as a person writes one: "anna@example.org" or "Anna &lt;anna@example.org&gt;".</summary>
internal sealed record Recipient(string? Name, EmailAddress Address)
{
    public static Recipient? Parse(string text)
    {
        var trimmed = text.Trim();
        var open = trimmed.LastIndexOf('<');
        var (name, address) = open >= 0 && trimmed.EndsWith('>') ? (trimmed[..open].Trim().Trim('"'), trimmed[(open + 1)..^1]) : ("", trimmed);
        return EmailAddress.TryParse(address.Trim(), out var parsed) ? new Recipient(name.Length > 0 ? name : null, parsed) : null;
    }

    /// <exception cref="MailException">InvalidAddress.</exception>
    public static Recipient Require(string text) => Parse(text) ?? throw new MailException(MailError.InvalidAddress, text);

    public override string ToString() => Name is null ? Address.ToWire() : $"{Name} <{Address.ToWire()}>";
}

/// <summary>A file of a mail that is being written.</summary>
/// <param name="Id">"u:…" for one that was uploaded, "p:account:message:index" for a part of a stored message.</param>
internal sealed record AttachedFile(string Id, string Name, long Size);
