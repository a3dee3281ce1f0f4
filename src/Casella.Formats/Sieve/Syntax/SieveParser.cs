namespace Casella.Formats.Sieve.Syntax;

/// <summary>
/// Reads a script by the grammar of RFC 5228 §8.2; each method is a rule of it. The first mistake ends it.
/// </summary>
internal sealed class SieveParser
{
    private readonly SieveLexer _lexer;
    private readonly SieveLimits _limits;
    private SieveToken _token;
    private int _depth;
    private int _words;

    private SieveParser(string script, SieveLimits limits)
    {
        (_lexer, _limits) = (new SieveLexer(script), limits);
        _token = _lexer.Next();
    }

    /// <exception cref="SieveFault">The script is not one.</exception>
    public static IReadOnlyList<CommandSyntax> Parse(string script, SieveLimits limits)
    {
        var parser = new SieveParser(script, limits);
        var commands = parser.Commands();
        if (parser._token.Kind is not TokenKind.End)
            throw parser.Unexpected("ExpectedCommand");
        return commands;
    }

    /// <summary>commands = *command</summary>
    private List<CommandSyntax> Commands()
    {
        var commands = new List<CommandSyntax>();
        while (_token.Kind is TokenKind.Identifier)
            commands.Add(Command());
        return commands;
    }

    /// <summary>command = identifier arguments (";" / block)</summary>
    private CommandSyntax Command()
    {
        var name = Take();
        var (arguments, tests) = Arguments();
        if (_token.Is(';'))
        {
            Take();
            return new CommandSyntax(name.Line, name.Text, arguments, tests, null);
        }

        if (!_token.Is('{'))
            throw Unexpected("ExpectedSemicolon", name.Text);
        return new CommandSyntax(name.Line, name.Text, arguments, tests, Block());
    }

    /// <summary>block = "{" commands "}"</summary>
    private List<CommandSyntax> Block()
    {
        var open = Take();
        Enter(open.Line);
        var commands = Commands();
        if (!_token.Is('}'))
            throw _token.Kind is TokenKind.End ? new SieveFault(open.Line, "BlockNotClosed") : Unexpected("ExpectedCommand");
        Take();
        _depth--;
        return commands;
    }

    /// <summary>arguments = *argument [ test / test-list ]</summary>
    private (List<ArgumentSyntax> Arguments, List<TestSyntax> Tests) Arguments()
    {
        var arguments = new List<ArgumentSyntax>();
        while (Argument() is { } argument)
            arguments.Add(argument);
        if (_token.Kind is TokenKind.Identifier)
            return (arguments, [Test()]);
        return (arguments, _token.Is('(') ? TestList() : []);
    }

    /// <summary>argument = string-list / number / tag; null when there is none.</summary>
    private ArgumentSyntax? Argument()
    {
        switch (_token.Kind)
        {
            case TokenKind.Tag:
                return new ArgumentSyntax.Tag(_token.Line, Take().Text);
            case TokenKind.Number:
                return new ArgumentSyntax.Number(_token.Line, Take().Number);
            case TokenKind.String:
                return new ArgumentSyntax.Strings(_token.Line, [Take().Text], IsList: false);
            default:
                return _token.Is('[') ? StringList() : null;
        }
    }

    /// <summary>string-list = "[" string *("," string) "]"</summary>
    private ArgumentSyntax.Strings StringList()
    {
        var line = Take().Line;
        var values = new List<string> { String() };
        while (_token.Is(','))
        {
            Take();
            values.Add(String());
        }

        if (!_token.Is(']'))
            throw Unexpected("ListNotClosed");
        Take();
        return new ArgumentSyntax.Strings(line, values, IsList: true);
    }

    private string String() => _token.Kind is TokenKind.String ? Take().Text : throw Unexpected("ExpectedString");

    /// <summary>test = identifier arguments</summary>
    private TestSyntax Test()
    {
        if (_token.Kind is not TokenKind.Identifier)
            throw Unexpected("ExpectedTest");
        var name = Take();
        Enter(name.Line);
        var (arguments, tests) = Arguments();
        _depth--;
        return new TestSyntax(name.Line, name.Text, arguments, tests);
    }

    /// <summary>test-list = "(" test *("," test) ")"</summary>
    private List<TestSyntax> TestList()
    {
        Take();
        var tests = new List<TestSyntax> { Test() };
        while (_token.Is(','))
        {
            Take();
            tests.Add(Test());
        }

        if (!_token.Is(')'))
            throw Unexpected("TestsNotClosed");
        Take();
        return tests;
    }

    private void Enter(int line)
    {
        if (++_depth > _limits.Depth)
            throw new SieveFault(line, "TooDeep", _limits.Depth);
    }

    private SieveToken Take()
    {
        if (_token.Kind is TokenKind.Identifier && ++_words > _limits.Words)
            throw new SieveFault(_token.Line, "TooManyWords", _limits.Words);
        var token = _token;
        _token = _lexer.Next();
        return token;
    }

    private SieveFault Unexpected(string name, params object[] values) => _token.Kind is TokenKind.End
        ? new SieveFault(_token.Line, "UnexpectedEnd")
        : new SieveFault(_token.Line, name, values);
}
