using System.Xml;

namespace Casella.Formats.Setup;

/// <summary>What Outlook and telephones POST to autodiscover.xml ([MS-OXDSCLI] §2.2.3, "POX").</summary>
/// <param name="Address">As it was typed.</param>
/// <param name="WantedSchema">Of the answer; which service it is about.</param>
public sealed record AutodiscoverRequest(string Address, string WantedSchema)
{
    /// <summary>A request has some 500 octets.</summary>
    public const int MaxSize = 16 * 1024;

    /// <summary>Nobody's entities, no document type, nothing from elsewhere: it comes from strangers.</summary>
    private static readonly XmlReaderSettings Settings = new()
    {
        Async = true,
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaxSize,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>Null for what is none, or too large.</summary>
    public static async Task<AutodiscoverRequest?> ReadAsync(Stream input)
    {
        try
        {
            using var reader = XmlReader.Create(input, Settings);
            string? address = null, schema = null;
            // Read, not ReadElementContent: what is nested where text belongs is skipped, however deep.
            var inside = "";
            while (await reader.ReadAsync())
            {
                if (reader.NodeType is XmlNodeType.Element)
                    inside = reader.LocalName;
                else if (reader.NodeType is XmlNodeType.EndElement)
                    inside = "";
                else if (reader.NodeType is XmlNodeType.Text && inside is "EMailAddress")
                    address ??= (await reader.GetValueAsync()).Trim();
                else if (reader.NodeType is XmlNodeType.Text && inside is "AcceptableResponseSchema")
                    schema ??= (await reader.GetValueAsync()).Trim();
            }

            return address is null ? null : new AutodiscoverRequest(address, schema ?? AutodiscoverResponse.OutlookSchema);
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
