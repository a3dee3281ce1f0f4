namespace Casella.Storage;

/// <summary>The data folder. Everything the store keeps is below it.</summary>
internal sealed record StorageFolder(string Root);
