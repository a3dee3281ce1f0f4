using System.Reflection;
using System.Text;
using System.Xml.Linq;

namespace Casella.Server.Configuration;

/// <summary>
/// Summaries of types and properties from the XML documentation that the compiler writes beside each assembly: the
/// option records' own comments are the manual, so there is no second text to grow stale. Used by <c>config
/// describe</c>.
/// </summary>
internal sealed class XmlDocs
{
    private readonly Dictionary<Assembly, Dictionary<string, XElement>> _members = [];

    public string Summary(Type type) => Find(type.Assembly, $"T:{type.FullName}");

    public string Summary(PropertyInfo property) => Find(property.DeclaringType!.Assembly, $"P:{property.DeclaringType.FullName}.{property.Name}");

    private string Find(Assembly assembly, string id)
    {
        if (!_members.TryGetValue(assembly, out var members))
            _members[assembly] = members = Load(assembly);
        return members.TryGetValue(id, out var member) && member.Element("summary") is { } summary ? Text(summary) : "";
    }

    private static Dictionary<string, XElement> Load(Assembly assembly)
    {
        // Beside the program, also where its assemblies are inside it.
        var file = Path.Join(AppContext.BaseDirectory, $"{assembly.GetName().Name}.xml");
        if (!File.Exists(file))
            throw new ConfigurationException([$"The texts of the options are in {file}, which is missing; install casella with its .xml files"]);
        return XDocument.Load(file).Descendants("member").ToDictionary(m => m.Attribute("name")!.Value, StringComparer.Ordinal);
    }

    private static string Text(XElement summary)
    {
        var text = new StringBuilder();
        foreach (var node in summary.Nodes())
            text.Append(node switch
            {
                XText plain => plain.Value,
                XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                XElement reference when reference.Attribute("cref") is { } cref => $"`{cref.Value[(cref.Value.LastIndexOf('.') + 1)..]}`",
                XElement other => other.Value,
                _ => "",
            });
        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
