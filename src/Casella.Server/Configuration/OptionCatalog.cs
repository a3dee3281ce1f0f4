using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Casella.Server.Options;

namespace Casella.Server.Configuration;

/// <summary>
/// Every option there is, found by walking the option records: the one list behind reading, checking, "did you mean"
/// and docs/configuration.md, so that none of them can know an option the others do not.
/// </summary>
internal sealed class OptionCatalog
{
    public static OptionCatalog Default { get; } = new(typeof(CasellaOptions), new CasellaOptions());

    private readonly Dictionary<string, OptionEntry> _byPath;

    private OptionCatalog(Type root, object defaults)
    {
        Sections = [.. Walk("", root, defaults, parents: [])];
        _byPath = Sections.SelectMany(s => s.Options).ToDictionary(o => o.Path, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Sections in the order of the records; the first one has the empty path.</summary>
    public IReadOnlyList<OptionSection> Sections { get; }

    public OptionEntry? Find(string path) => _byPath.GetValueOrDefault(path);

    /// <summary>The known path that looks most like a mistyped one, or null when none does.</summary>
    public string? Nearest(string path) => NearestName.Of(path, _byPath.Keys);

    private static IEnumerable<OptionSection> Walk(string path, Type type, object defaults, PropertyInfo[] parents)
    {
        var options = new List<OptionEntry>();
        var below = new List<OptionSection>();
        foreach (var property in type.GetProperties().Where(p => p.CanWrite))
        {
            var name = path.Length == 0 ? property.Name : $"{path}:{property.Name}";
            var value = property.GetValue(defaults);
            if (OptionValue.IsLeaf(property.PropertyType))
                options.Add(new OptionEntry(name, [.. parents, property], value));
            else if (property.GetCustomAttribute<InlineAttribute>() is not null)
                options.AddRange(Walk(path, property.PropertyType, value!, [.. parents, property]).First().Options);
            else
                below.AddRange(Walk(name, property.PropertyType, value!, [.. parents, property]));
        }
        return [new OptionSection(path, type, options), .. below];
    }
}

/// <param name="Path">"Limits:Imap"; empty for the top.</param>
/// <param name="Type">The record whose summary describes the section.</param>
internal sealed record OptionSection(string Path, Type Type, IReadOnlyList<OptionEntry> Options);

/// <summary>One option.</summary>
/// <param name="Path">"Listeners:Imaps".</param>
/// <param name="Properties">From the root record down to the option's own property.</param>
internal sealed record OptionEntry(string Path, IReadOnlyList<PropertyInfo> Properties, object? Default)
{
    public PropertyInfo Property => Properties[^1];
    public Type Type => Property.PropertyType;

    /// <summary>
    /// Numbers and times are at least 1 unless the property says otherwise: a limit of nothing would only switch the
    /// service off.
    /// </summary>
    public string? RangeError(object value)
    {
        if (Property.GetCustomAttribute<RangeAttribute>() is { } range)
            return range.IsValid(value) ? null : $"is between {range.Minimum} and {range.Maximum}";
        return value is int and < 1 or long and < 1L || (value is TimeSpan time && time <= TimeSpan.Zero) ? "is more than zero" : null;
    }

    public object? Get(object root) => Properties.Aggregate((object?)root, (owner, property) => property.GetValue(owner));

    /// <summary>Sets the value in a fresh tree of option records.</summary>
    public void Set(object root, object value)
    {
        var owner = root;
        foreach (var property in Properties.Take(Properties.Count - 1))
            owner = property.GetValue(owner)!;
        Property.SetValue(owner, value);
    }
}
