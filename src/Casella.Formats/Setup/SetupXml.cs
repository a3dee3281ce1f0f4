using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Casella.Formats.Setup;

/// <summary>Writes the documents of this folder alike: UTF-8 with its declaration, indented for who looks at it.</summary>
internal static class SetupXml
{
    private static readonly XmlWriterSettings Settings = new() { Encoding = new UTF8Encoding(false), Indent = true };

    public static byte[] Write(XElement root, XDocumentType? type = null)
    {
        using var output = new MemoryStream();
        using (var writer = XmlWriter.Create(output, Settings))
            new XDocument(type, root).Save(writer);
        return output.ToArray();
    }
}
