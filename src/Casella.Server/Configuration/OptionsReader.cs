using System.Collections;
using Casella.Server.Options;

namespace Casella.Server.Configuration;

/// <summary>
/// Reads the options from casella.json, then CASELLA_… variables, then the command line; the later wins. All problems
/// are collected before any is reported, so that a technician corrects a file once. Called by every command, since all
/// of them need to know the data folder.
/// </summary>
internal static class OptionsReader
{
    public const string DefaultFile = "casella.json";
    private const string EnvironmentPrefix = "CASELLA_";

    /// <param name="file">Configuration file, which then must exist; null for <see cref="DefaultFile"/> where there is
    /// one.</param>
    /// <param name="commandLine">Key and value of settings on the command line, in order.</param>
    /// <exception cref="ConfigurationException"/>
    public static CasellaOptions Read(string? file, IReadOnlyList<KeyValuePair<string, string>> commandLine, IDictionary environment)
    {
        var problems = new List<string>();
        var options = new CasellaOptions();
        var settings = FromFile(file, problems)
            .Concat(FromEnvironment(environment))
            .Concat(commandLine.Select(s => new Setting("command line", s.Key, s.Value)));
        foreach (var setting in settings)
            Apply(setting, options, problems);
        if (problems.Count == 0)
            problems.AddRange(OptionsCheck.Problems(options));
        return problems.Count == 0
            ? options with { HostName = options.HostName.Length > 0 ? options.HostName : MachineName.Find() }
            : throw new ConfigurationException(problems);
    }

    private static void Apply(Setting setting, CasellaOptions options, List<string> problems)
    {
        var (source, key, text) = setting;
        if (OptionCatalog.Default.Find(key) is not { } entry)
        {
            var hint = OptionCatalog.Default.Nearest(key) is { } nearest ? $"did you mean \"{nearest}\"?" : "see: casella config describe";
            problems.Add($"{source}: there is no option \"{key}\"; {hint}");
            return;
        }
        try
        {
            var value = OptionValue.Parse(text, entry.Type);
            if (entry.RangeError(value) is { } range)
                problems.Add($"{source}: {entry.Path} {range}, not \"{text}\"");
            else
                entry.Set(options, value);
        }
        catch (FormatException wrong)
        {
            problems.Add($"{source}: {entry.Path}: {wrong.Message}");
        }
    }

    private static IEnumerable<Setting> FromFile(string? file, List<string> problems)
    {
        var path = Path.GetFullPath(file ?? DefaultFile);
        if (!File.Exists(path))
        {
            if (file is not null)
                problems.Add($"There is no configuration file {path}");
            return [];
        }
        try
        {
            var json = new ConfigurationBuilder().AddJsonFile(path, optional: false, reloadOnChange: false).Build();
            // Sections have no value of their own; what is left are the settings.
            return [.. json.AsEnumerable().Where(s => s.Value is not null).OrderBy(s => s.Key, StringComparer.Ordinal)
                .Select(s => new Setting(Path.GetFileName(path), s.Key, s.Value!))];
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            problems.Add($"{path} cannot be read: {unreadable.GetBaseException().Message}");
            return [];
        }
    }

    private static IEnumerable<Setting> FromEnvironment(IDictionary environment) => environment.Cast<DictionaryEntry>()
        .Select(e => (Name: (string)e.Key, Value: (string?)e.Value ?? ""))
        .Where(e => e.Name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase))
        .OrderBy(e => e.Name, StringComparer.Ordinal)
        .Select(e => new Setting("environment", e.Name[EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal), e.Value));

    private readonly record struct Setting(string Source, string Key, string Value);
}
