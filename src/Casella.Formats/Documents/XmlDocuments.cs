using System.Xml;
using System.Xml.Linq;

namespace Casella.Formats.Documents;

/// <summary>XML from strangers: no document types, nothing from elsewhere, no more than a screen can show.</summary>
internal static class XmlDocuments
{
    private const long CharactersAtMost = 10_000_000;

    /// <summary>Deeper is an attack on whoever walks it.</summary>
    private const int DepthAtMost = 64;

    /// <summary>The root, or null for what is no XML.</summary>
    public static XElement? TryRead(byte[] file)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = CharactersAtMost,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        };
        try
        {
            using (var depth = XmlReader.Create(new MemoryStream(file, writable: false), settings))
                while (depth.Read())
                    if (depth.Depth > DepthAtMost)
                        return null;
            using var reader = XmlReader.Create(new MemoryStream(file, writable: false), settings);
            return XElement.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>The text below a path of local names, whatever their namespace; empty when it is not there.</summary>
    public static string Text(this XElement element, params string[] path) => element.At(path)?.Value.Trim() ?? "";

    public static XElement? At(this XElement? element, params string[] path)
    {
        foreach (var name in path)
            element = element?.Elements().FirstOrDefault(child => string.Equals(child.Name.LocalName, name, StringComparison.Ordinal));
        return element;
    }

    public static IEnumerable<XElement> All(this XElement? element, string name) => element?.Elements().Where(child => string.Equals(child.Name.LocalName, name, StringComparison.Ordinal)) ?? [];
}
