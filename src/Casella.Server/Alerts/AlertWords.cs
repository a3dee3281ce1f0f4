using System.Globalization;
using System.Resources;
using Casella.Core.Policies;

namespace Casella.Server.Alerts;

/// <summary>Alerts as a letter to the office. Alerts.resx is English, Alerts.it.resx Italian.</summary>
internal sealed class AlertWords(Language language)
{
    private static readonly ResourceManager Texts = new("Casella.Server.Alerts.Alerts", typeof(AlertWords).Assembly);

    private readonly CultureInfo _culture = CultureInfo.GetCultureInfo(language is Language.Italian ? "it-IT" : "en-GB");

    /// <summary>The name beside the sender's address.</summary>
    public string Sender => Of("Sender");

    public (string Subject, string Text) Letter(IReadOnlyList<Alert> alerts, string hostName) => (
        alerts.Count == 1 ? Of($"{alerts[0].Kind}Subject", alerts[0].Values) : Of("ManySubject", hostName, alerts.Count),
        string.Join("\n\n", alerts.Select(alert => Of(alert.Kind.ToString(), alert.Values)).Prepend(Of("Greeting")).Append(Of("Regards", hostName))) + "\n");

    private string Of(string name, params object[] values) =>
        string.Format(_culture, Texts.GetString(name, _culture) ?? throw new MissingManifestResourceException(name), values);
}
