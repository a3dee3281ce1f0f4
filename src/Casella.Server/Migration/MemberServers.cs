using System.Globalization;
using Casella.Core.Migration;
using Casella.Formats.Addresses;
using Casella.Server.Options;

namespace Casella.Server.Migration;

/// <summary>
/// Servers that members bring their mail from: TLS at 993, else STARTTLS at 143, of public places; what the technician
/// has named besides, at the port that was named.
/// </summary>
internal sealed class MemberServers(MigrationOptions options, TimeProvider time) : IOldServers
{
    private const int Imaps = 993;
    private const int Imap = 143;
    private const int Pop3s = 995;
    private const int Pop3 = 110;

    public async Task<IOldMailbox> OpenAsync(OldPlace place, string password, CancellationToken cancellationToken)
    {
        var login = new OldLogin(place.User, password);
        if (Named(place) is { } named)
            return await ImapOldMailbox.OpenAsync(named, login, NoLimit(), cancellationToken);
        var (host, port) = Parse(place.Server);
        if (port is not (null or Imaps or Imap))
            throw new OldServerException(OldServerProblem.NotAllowed, $"{place.Server}: members bring mail from the ports 993 and 143; Migration:PrivateServers may name others");
        if (port is not Imap)
            try
            {
                return await ImapOldMailbox.OpenAsync(Server(host, isStartTls: false, place.HasPop3), login, NoLimit(), cancellationToken);
            }
            catch (OldServerException closed) when (closed.Problem is OldServerProblem.Unreachable && port is null)
            {
                // Some have the old port only.
                return await ImapOldMailbox.OpenAsync(Server(host, isStartTls: true, place.HasPop3), login, NoLimit(), cancellationToken);
            }

        return await ImapOldMailbox.OpenAsync(Server(host, isStartTls: true, place.HasPop3), login, NoLimit(), cancellationToken);
    }

    private RateLimit NoLimit() => new(null, time);

    private OldServer Server(string host, bool isStartTls, bool hasPop3) =>
        new(host, isStartTls ? Imap : Imaps, isStartTls, hasPop3 ? isStartTls ? Pop3 : Pop3s : null, options.Authorities) { Reach = PublicReach.Instance };

    /// <summary>Null when the technician has not named it.</summary>
    private OldServer? Named(OldPlace place)
    {
        var typed = place.Server.Trim();
        if (!options.Named().Contains(typed, StringComparer.OrdinalIgnoreCase))
            return null;
        var (host, port) = Parse(typed);
        return new OldServer(host, port ?? Imaps, port is Imap, place.HasPop3 ? port is Imap ? Pop3 : Pop3s : null, options.Authorities);
    }

    /// <exception cref="OldServerException">NotAllowed: it is no name of a server.</exception>
    private static (string Host, int? Port) Parse(string typed)
    {
        var text = typed.Trim();
        var colon = text.LastIndexOf(':');
        int? port = null;
        if (colon > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            (text, port) = (text[..colon], number);
        return DomainName.TryCanonicalize(text, out var host) || System.Net.IPAddress.TryParse(text, out _)
            ? (host ?? text, port)
            : throw new OldServerException(OldServerProblem.NotAllowed, $"\"{typed}\" is no name of a server");
    }
}
