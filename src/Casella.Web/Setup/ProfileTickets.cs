using System.Security.Cryptography;
using Casella.Core.Directory;

namespace Casella.Web.Setup;

/// <summary>
/// How the password of a new device gets from the page where it was made onto the telephone: the page shows the address
/// of a ticket as a QR code, and who has it takes the profile, once and within minutes. In memory only: a ticket does not
/// outlive the server, nor the page's patience.
/// </summary>
internal sealed class ProfileTickets(TimeProvider time)
{
    /// <summary>Time to find the telephone and to read what it asks.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(10);

    /// <summary>Open at the same time; beyond, the oldest goes.</summary>
    private const int MaxTickets = 500;

    private const int TokenOctets = 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (ProfileTicket Ticket, DateTimeOffset Until)> _tickets = new(StringComparer.Ordinal);

    /// <returns>A token that nobody guesses.</returns>
    public string Issue(ProfileTicket ticket)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenOctets));
        var now = time.GetUtcNow();
        lock (_lock)
        {
            foreach (var (old, _) in _tickets.Where(entry => entry.Value.Until <= now).ToList())
                _tickets.Remove(old);
            if (_tickets.Count >= MaxTickets)
                _tickets.Remove(_tickets.MinBy(entry => entry.Value.Until).Key);
            _tickets[token] = (ticket, now + Lasts);
        }

        return token;
    }

    /// <summary>What a ticket is for, without using it up; null when it is used or too old.</summary>
    public ProfileTicket? Look(string token)
    {
        lock (_lock)
            return _tickets.TryGetValue(token, out var entry) && time.GetUtcNow() < entry.Until ? entry.Ticket : null;
    }

    /// <summary>Uses a ticket up: of two who come at once one gets it.</summary>
    public ProfileTicket? Take(string token)
    {
        lock (_lock)
            return _tickets.Remove(token, out var entry) && time.GetUtcNow() < entry.Until ? entry.Ticket : null;
    }

    /// <summary>Nobody waits for it any more.</summary>
    public void Void(string token)
    {
        lock (_lock)
            _tickets.Remove(token);
    }
}

/// <summary>A device with its password, on its way to a telephone.</summary>
/// <param name="SenderName">In new mail.</param>
internal sealed record ProfileTicket(AddedDevice Device, string SenderName);
