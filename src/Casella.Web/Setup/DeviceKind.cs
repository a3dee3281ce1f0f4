using System.Collections.Frozen;
using Casella.Core.Directory;

namespace Casella.Web.Setup;

/// <summary>
/// A kind of device or program that somebody sets up. Its texts are found by its name: "Kind…" what it is called,
/// "KindDevice…" how such a device is named, "Guide…" the steps in its own menus' words.
/// </summary>
/// <param name="HasProfile">It takes a profile of Apple's.</param>
/// <param name="HasCode">It scans the code of Thunderbird.</param>
public sealed record DeviceKind(string Name, string Icon, DeviceProtocols Protocols, bool HasProfile = false, bool HasCode = false)
{
    private const DeviceProtocols Imap = DeviceProtocols.Imap | DeviceProtocols.Smtp;

    /// <summary>In the order in which they are shown: telephones first, the rare ones last.</summary>
    public static IReadOnlyList<DeviceKind> All { get; } =
    [
        new("Iphone", "device", Imap, HasProfile: true),
        new("ThunderbirdAndroid", "device", Imap, HasCode: true),
        new("Gmail", "device", Imap),
        new("Outlook", "computer", Imap),
        new("Thunderbird", "computer", Imap),
        new("AppleMail", "computer", Imap, HasProfile: true),
        new("OtherImap", "unread", Imap),
        new("Pop3", "download", DeviceProtocols.Pop3 | DeviceProtocols.Smtp),
    ];

    private static readonly FrozenDictionary<string, string> BySystem = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["iPhone"] = "Iphone",
        ["iPad"] = "Iphone",
        ["Android"] = "ThunderbirdAndroid",
        ["Mac"] = "AppleMail",
        ["Windows"] = "Outlook",
        ["Linux"] = "Thunderbird",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public bool IsPop => Protocols.HasFlag(DeviceProtocols.Pop3);

    /// <summary>What who looks from this browser is likely to set up: the telephone in their hand.</summary>
    /// <param name="browser">In few words, as sessions keep it: "Safari, iPhone".</param>
    public static DeviceKind Likely(string browser)
    {
        var system = browser[(browser.LastIndexOf(' ') + 1)..];
        return All.First(kind => string.Equals(kind.Name, BySystem.GetValueOrDefault(system, "Iphone"), StringComparison.Ordinal));
    }
}
