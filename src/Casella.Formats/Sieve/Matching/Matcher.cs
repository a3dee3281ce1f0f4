using System.Globalization;
using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Matching;

/// <summary>
/// [COMPARATOR] [MATCH-TYPE] of a test (RFC 5228 §2.7, RFC 5231, draft-ietf-sieve-regex): which of the values match
/// which of the keys. Read by every test that compares.
/// </summary>
internal sealed class Matcher
{
    private readonly MatchType _type;
    private readonly Comparator _comparator;
    private readonly Func<int, bool>? _relation;

    private Matcher(MatchType type, Comparator comparator, Func<int, bool>? relation) =>
        (_type, _comparator, _relation) = (type, comparator, relation);

    /// <summary>The test counts its values and does not compare them (RFC 5231 §4.2).</summary>
    public bool IsCount => _type is MatchType.Count;

    /// <param name="knowsLists">RFC 6134 §2.2: whether the test may ask lists.</param>
    public static Matcher Read(Arguments arguments, bool knowsLists = false)
    {
        var named = arguments.Constant(":comparator");
        var comparator = named is null ? Comparator.Default : ReadComparator(arguments, named);
        var (type, relation) = ReadType(arguments);
        if (type is MatchType.List && (named is not null || !knowsLists))
            throw arguments.Fault("ListNotHere", arguments.Name);
        if (!comparator.HasSubstring && type is MatchType.Contains or MatchType.Matches or MatchType.Regex)
            throw arguments.Fault("ComparatorHasNoParts", named!);
        return new Matcher(type, comparator, relation);
    }

    /// <summary>Keys that are constants and can be no pattern are told at once.</summary>
    public void CheckKeys(Arguments arguments, IReadOnlyList<SieveText> keys)
    {
        if (_type is not MatchType.Regex)
            return;
        foreach (var key in keys)
            if (key.IsConstant && ExtendedRegex.TryMake(key.Source, _comparator, arguments.Compilation.Limits) is null)
                throw arguments.Fault("BadRegex", key.Source);
    }

    /// <summary>Whether any value matches any key; the first that does sets the match variables.</summary>
    /// <param name="values">Asked for one by one, and not at all behind the first match.</param>
    public bool Any(SieveRun run, IEnumerable<string> values, IReadOnlyList<SieveText> keys, bool setsVariables = true)
    {
        if (_type is MatchType.Count)
            return Count(run, values.Count(), keys);
        var tests = keys.Select(key => Test(run, key.Expand(run))).ToList();
        foreach (var value in values)
        {
            foreach (var test in tests)
            {
                if (test(value) is not { } found)
                    continue;
                if (setsVariables && found.Count > 0 && run.Scope.Capabilities.Contains("variables"))
                    run.Scope.Variables.SetMatched(found);
                return true;
            }
        }

        return false;
    }

    public bool Count(SieveRun run, long count, IReadOnlyList<SieveText> keys)
    {
        var number = count.ToString(CultureInfo.InvariantCulture);
        return keys.Any(key => _relation!(_comparator.Compare(number, key.Expand(run))));
    }

    /// <summary>
    /// One key, made ready for many values: returns what was matched (empty for types that set no variables), or null.
    /// </summary>
    private Func<string, IReadOnlyList<string>?> Test(SieveRun run, string key)
    {
        switch (_type)
        {
            case MatchType.Contains:
                var part = _comparator.Fold(key);
                return value => Paid(run, value) && _comparator.Fold(value).Contains(part, StringComparison.Ordinal) ? [] : null;
            case MatchType.Matches:
                var glob = new Glob(key, _comparator);
                return value => Paid(run, value) ? glob.Match(run, FoldedText.Of(value, _comparator)) : null;
            case MatchType.Regex:
                var regex = ExtendedRegex.TryMake(key, _comparator, run.Limits) ?? throw run.Fault("BadRegex", key);
                return value => regex.Match(run, value);
            case MatchType.Value:
                return value => Paid(run, value) && _relation!(_comparator.Compare(value, key)) ? [] : null;
            case MatchType.List:
                var members = run.Environment.FindList(key) ?? throw run.Fault("NoSuchList", key);
                return value => Paid(run, value) && members.Contains(value.ToLowerInvariant()) ? [value] : null;
            default:
                return value => Paid(run, value) && _comparator.AreEqual(value, key) ? [] : null;
        }
    }

    private static bool Paid(SieveRun run, string value)
    {
        run.Spend(1 + value.Length);
        return true;
    }

    private static Comparator ReadComparator(Arguments arguments, string name)
    {
        if (Comparator.Find(name) is not { } comparator)
            throw arguments.Fault("UnknownComparator", name);
        // RFC 5228 §2.7.3: two need no "require".
        if (name is not ("i;octet" or "i;ascii-casemap"))
            arguments.Need($"comparator-{name}", name);
        return comparator;
    }

    private static (MatchType Type, Func<int, bool>? Relation) ReadType(Arguments arguments)
    {
        var relations = Relation.Tags
            .Select(tag => (Tag: tag, Name: arguments.Constant(tag, "relational"))).Where(found => found.Name is not null).ToList();
        var plain = arguments.OneOf([(":is", null), (":contains", null), (":matches", null), (":regex", "regex"), (":list", "extlists")]);
        if (relations.Count + (plain is null ? 0 : 1) > 1)
            throw arguments.Fault("TagsExclude", relations[0].Tag, plain ?? relations[1].Tag);
        if (relations is [var (tag, name)])
            return (tag is ":count" ? MatchType.Count : MatchType.Value, Relation.Find(name!) ?? throw arguments.Fault("UnknownRelation", name!));
        return (plain switch
        {
            ":contains" => MatchType.Contains,
            ":matches" => MatchType.Matches,
            ":regex" => MatchType.Regex,
            ":list" => MatchType.List,
            _ => MatchType.Is,
        }, null);
    }

    private enum MatchType { Is, Contains, Matches, Regex, Value, Count, List }
}
