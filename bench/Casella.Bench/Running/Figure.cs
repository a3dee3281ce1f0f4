namespace Casella.Bench.Running;

/// <summary>One number of a result; the name tells what it is and its unit.</summary>
internal readonly record struct Figure(string Name, double Value);
