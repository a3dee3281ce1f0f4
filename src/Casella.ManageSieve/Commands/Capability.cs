using System.Globalization;
using Casella.Formats.Sieve;
using Casella.ManageSieve.Session;
using Casella.ManageSieve.Syntax;
using Casella.Net.Sasl;

namespace Casella.ManageSieve.Commands;

/// <summary>CAPABILITY (RFC 5804 §2.4): what this server can, in this state. Also the greeting, and after STARTTLS.</summary>
internal sealed record Capability : ManageSieveCommand
{
    public static ManageSieveCommand Parse(ref ManageSieveParser parser)
    {
        parser.End();
        return new Capability();
    }

    public override ValueTask ExecuteAsync(ManageSieveSession session, CancellationToken cancellationToken)
    {
        Tell(session);
        return ValueTask.CompletedTask;
    }

    public static void Tell(ManageSieveSession session)
    {
        var writer = session.Writer;
        writer.Strings(["IMPLEMENTATION", "Casella"]);
        writer.Strings(["SIEVE", string.Join(' ', SieveCapabilities.All)]);
        // RFC 5804 §1.7: empty where no mechanism may be used.
        if (!session.IsSignedIn)
            writer.Strings(["SASL", session.Connection.IsSecure ? string.Join(' ', SaslExchange.Mechanisms(session.SaslPeer)) : ""]);
        writer.Strings(["NOTIFY", string.Join(' ', SieveCapabilities.NotifyMethods)]);
        writer.Strings(["MAXREDIRECTS", SieveLimits.Default.Redirects.ToString(CultureInfo.InvariantCulture)]);
        if (!session.Connection.IsSecure)
            writer.Strings(["STARTTLS"]);
        if (session.Owner is { } owner)
            writer.Strings(["OWNER", owner]);
        writer.Strings(["LANGUAGE", session.Words.Culture.TwoLetterISOLanguageName]);
        writer.Strings(["UNAUTHENTICATE"]);
        writer.Strings(["VERSION", "1.0"]);
        writer.Ok(session.Words["Ready"]);
    }
}
