namespace Casella.Core.Annotations;

/// <summary>An annotation with its value.</summary>
/// <param name="Value">Octets as the client sent them; null for none.</param>
public readonly record struct Annotation(AnnotationEntry Entry, ReadOnlyMemory<byte>? Value);
