using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;

namespace Casella.Web.Http;

/// <summary>
/// The files that pages are made of (style, scripts, icon): embedded in the program, compressed once in its life, and
/// named by their content, so that browsers keep them for ever and never keep an old one.
/// </summary>
internal sealed class AssetCatalog
{
    private const string Prefix = "Assets.";

    private readonly Dictionary<string, Asset> _byName;

    public AssetCatalog()
    {
        var assembly = typeof(AssetCatalog).Assembly;
        _byName = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToDictionary(name => name[Prefix.Length..], name => Asset.Read(assembly, name, name[Prefix.Length..]), StringComparer.Ordinal);
        // One for all: a script finds the script beside it without knowing its content.
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var asset in _byName.Values)
            all.AppendData(asset.Content);
        Version = Convert.ToHexStringLower(all.GetHashAndReset())[..16];
    }

    /// <summary>Of these very files.</summary>
    public string Version { get; }

    /// <summary>The path of a file: "/a/3f2a…/webmail.css".</summary>
    public string this[string name] => $"/a/{Version}/{_byName[name].Name}";

    /// <summary>Null for a name or content that is not this program's.</summary>
    public Asset? Find(string version, string name) =>
        string.Equals(version, Version, StringComparison.Ordinal) ? _byName.GetValueOrDefault(name) : null;
}

internal sealed class Asset
{
    private readonly Lazy<byte[]> _brotli;

    private Asset(string name, byte[] content)
    {
        (Name, Content) = (name, content);
        ContentType = Path.GetExtension(name) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            ".png" => "image/png",
            ".webmanifest" => "application/manifest+json",
            _ => "application/octet-stream",
        };
        _brotli = new Lazy<byte[]>(() => Compress(content));
    }

    public string Name { get; }
    public byte[] Content { get; }

    /// <summary>Made when the first browser asks, at the best quality: it is made once.</summary>
    public byte[] Brotli => _brotli.Value;

    public string ContentType { get; }

    public static Asset Read(Assembly assembly, string resource, string name)
    {
        using var stream = assembly.GetManifestResourceStream(resource)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return new Asset(name, content);
    }

    private static byte[] Compress(byte[] content)
    {
        using var output = new MemoryStream();
        using (var brotli = new BrotliStream(output, CompressionLevel.SmallestSize))
            brotli.Write(content);
        return output.ToArray();
    }
}
