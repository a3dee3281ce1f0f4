namespace Casella.Server;

/// <summary>This program's version, "0.1.0".</summary>
internal static class ProductVersion
{
    public static string Text { get; } = typeof(ProductVersion).Assembly.GetName().Version!.ToString(3);
}
