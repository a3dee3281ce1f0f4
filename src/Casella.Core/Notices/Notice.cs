using System.Text.Json;

namespace Casella.Core.Notices;

/// <summary>
/// What the server tells the members of a mailbox by mail. Decided in the write transaction that is its cause and kept
/// with it (<see cref="Messages.UnitOfWork.AddNotice"/>), worded and delivered afterwards by <see cref="NoticeRunner"/>.
/// Stored as a number: never renumber.
/// </summary>
internal enum NoticeKind : byte
{
    /// <summary>The space is used up to a step; the facts are <see cref="QuotaFacts"/>.</summary>
    Quota = 1,
    /// <summary>A device has deleted much at once; the facts are <see cref="BrakeFacts"/>.</summary>
    Brake = 2,
    /// <summary>Somebody has sent as much as they may in a day; the facts are <see cref="SendingFacts"/>.</summary>
    Sending = 3,
    /// <summary>A Sieve script could not do what it should; the facts are <see cref="FilterFacts"/>.</summary>
    Filter = 10,
}

/// <summary>What went wrong with a script.</summary>
/// <param name="Script">Its name; null when it is not known which.</param>
/// <param name="Line">In it; 0 for none.</param>
/// <param name="Name">Of the words of <see cref="Casella.Formats.Sieve.SieveError"/>, or null.</param>
/// <param name="Values">What stands in them.</param>
/// <param name="Folder">The folder that is missing, or null.</param>
internal sealed record FilterFacts(string? Script, int Line, string? Name, IReadOnlyList<string> Values, string? Folder);

/// <summary>Who has sent how much.</summary>
/// <param name="Name">The device, or the person where there is no device.</param>
/// <param name="IsDevice">The name is a device's.</param>
/// <param name="Client">What the program calls itself, or null.</param>
/// <param name="IsNew">The limit is that of people who were never written to.</param>
/// <param name="Mailbox">From which mailbox.</param>
internal sealed record SendingFacts(string Name, bool IsDevice, string? Client, int Limit, bool IsNew, string Mailbox);

/// <summary>How full the mailbox was.</summary>
/// <param name="DaysLeft">Until it is full, as things go; null when nobody can say.</param>
internal sealed record QuotaFacts(long Used, long Limit, int? DaysLeft);

/// <summary>Who has deleted how much.</summary>
/// <param name="Name">The device, or the person where there is no device.</param>
/// <param name="IsDevice">The name is a device's.</param>
/// <param name="Client">What the program calls itself, or null.</param>
/// <param name="Mailbox">Where the messages were.</param>
/// <param name="Total">Messages that were there before.</param>
/// <param name="Since">When it began.</param>
/// <param name="KeptUntil">Until then all of it can be put back.</param>
/// <param name="Person">Number of the person where there is no device.</param>
internal sealed record BrakeFacts(
    string Name, bool IsDevice, string? Client, string Mailbox, int Deleted, int Total, DateTimeOffset Since, DateTimeOffset KeptUntil,
    long? Person = null);

/// <summary>Facts of a notice as they are stored: words are made when it is sent, in the language of that moment.</summary>
internal static class NoticeFacts
{
    public static string Write<T>(T facts) => JsonSerializer.Serialize(facts);

    public static T Read<T>(string facts)
        where T : class =>
        JsonSerializer.Deserialize<T>(facts) ?? throw new MailException(MailError.Damaged, "a notice without facts");
}
