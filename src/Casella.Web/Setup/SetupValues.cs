using System.Globalization;
using Casella.Formats.Setup;

namespace Casella.Web.Setup;

/// <summary>The settings of one mailbox as a person types them, and as the steps of a guide name them.</summary>
/// <param name="address">Of the mailbox; null where nobody says which (the help page).</param>
internal sealed class SetupValues(ClientSettings settings, string? address, Words words)
{
    /// <summary>Rows of a table: what it is called, and its value.</summary>
    public IEnumerable<(string Name, string Value)> Rows(ClientProtocol receiving)
    {
        yield return (words["SettingUser"], Address);
        if (settings.Find(receiving) is { } incoming)
        {
            yield return (words[receiving is ClientProtocol.Pop3 ? "SettingPop" : "SettingImap"], settings.HostName);
            yield return (words["SettingPort"], Port(incoming));
            yield return (words["SettingSecurity"], Security(incoming));
        }

        if (settings.Find(ClientProtocol.Submission) is { } outgoing)
        {
            yield return (words["SettingSmtp"], settings.HostName);
            yield return (words["SettingPort"], Port(outgoing));
            yield return (words["SettingSecurity"], Security(outgoing));
        }

        yield return (words["SettingAuthentication"], words["SettingAuthenticationValue"]);
    }

    /// <summary>Steps in the order in which they are done.</summary>
    /// <param name="guide">Name of the text: {0} address, {1} server, {2} {3} port and security of receiving, {4} {5} of sending.</param>
    public IReadOnlyList<string> Steps(string guide, ClientProtocol receiving)
    {
        var (incoming, outgoing) = (settings.Find(receiving), settings.Find(ClientProtocol.Submission));
        return words[
            guide, Address, settings.HostName, incoming is null ? "–" : Port(incoming), incoming is null ? "–" : Security(incoming),
            outgoing is null ? "–" : Port(outgoing), outgoing is null ? "–" : Security(outgoing)].Split('\n');
    }

    private string Address => address ?? words["SettingYourAddress"];

    private static string Port(ClientService service) => service.Port.ToString(CultureInfo.InvariantCulture);

    /// <summary>In the words of mail programs, which are the same in all languages.</summary>
    private static string Security(ClientService service) => service.Tls is ClientTls.Implicit ? "SSL/TLS" : "STARTTLS";
}
