namespace Casella.Server.CommandLine;

/// <summary>
/// Takes settings (<c>--HostName=…</c>, <c>--Listeners:Imap=127.0.0.1:1143</c>) out of the arguments before
/// System.CommandLine sees them: it would take the first colon for the end of an option's name. Settings begin with a
/// capital; options of commands never do.
/// </summary>
internal static class SettingArguments
{
    public static (string[] Arguments, IReadOnlyList<KeyValuePair<string, string>> Settings) Split(IReadOnlyList<string> all)
    {
        var arguments = new List<string>();
        var settings = new List<KeyValuePair<string, string>>();
        for (var i = 0; i < all.Count; i++)
        {
            if (all[i] is "--")
            {
                arguments.AddRange(all.Skip(i));
                break;
            }
            if (all[i] is not ['-', '-', >= 'A' and <= 'Z', ..])
            {
                arguments.Add(all[i]);
                continue;
            }
            var equals = all[i].IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? all[i][2..] : all[i][2..equals];
            var value = equals >= 0 ? all[i][(equals + 1)..] : i + 1 < all.Count ? all[++i] : "";
            settings.Add(KeyValuePair.Create(key, value));
        }
        return ([.. arguments], settings);
    }
}
