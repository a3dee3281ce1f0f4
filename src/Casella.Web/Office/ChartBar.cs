namespace Casella.Web.Office;

/// <summary>A bar with its name and its value in words.</summary>
public sealed record ChartBar(string Name, long Value, string Words, string? Link);
