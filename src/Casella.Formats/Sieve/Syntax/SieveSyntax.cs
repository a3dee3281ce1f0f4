namespace Casella.Formats.Sieve.Syntax;

/// <summary>command = identifier arguments (";" / block), as written: nothing is known of its meaning yet.</summary>
internal sealed record CommandSyntax(
    int Line, string Name, IReadOnlyList<ArgumentSyntax> Arguments, IReadOnlyList<TestSyntax> Tests, IReadOnlyList<CommandSyntax>? Block);

/// <summary>test = identifier arguments</summary>
internal sealed record TestSyntax(int Line, string Name, IReadOnlyList<ArgumentSyntax> Arguments, IReadOnlyList<TestSyntax> Tests);

/// <summary>argument = string-list / number / tag</summary>
internal abstract record ArgumentSyntax(int Line)
{
    /// <param name="Name">With its colon, lower case.</param>
    public sealed record Tag(int Line, string Name) : ArgumentSyntax(Line);

    public sealed record Number(int Line, long Value) : ArgumentSyntax(Line);

    public sealed record Strings(int Line, IReadOnlyList<string> Values, bool IsList) : ArgumentSyntax(Line);
}
