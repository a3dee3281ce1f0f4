using Casella.Formats.Mime;

namespace Casella.Core.Quota.Space;

/// <summary>From whom a message is and about what, as its reader would say it; empty where it does not say.</summary>
internal sealed record SenderOf(string Address, string Name, string Subject)
{
    public static SenderOf Nobody { get; } = new("", "", "");

    public static SenderOf Read(Envelope envelope)
    {
        var from = envelope.From.FirstOrDefault(one => one.Host is not null);
        var address = from is { Mailbox: { } mailbox, Host: { } host } ? $"{DecodedText.Header(mailbox.Span)}@{DecodedText.Header(host.Span)}".ToLowerInvariant() : "";
        var name = from.Name is { } raw ? DecodedText.Header(raw.Span).Trim() : "";
        return new SenderOf(address, name.Length > 0 ? name : address, envelope.Subject is { } subject ? DecodedText.Header(subject.Span).Trim() : "");
    }
}
