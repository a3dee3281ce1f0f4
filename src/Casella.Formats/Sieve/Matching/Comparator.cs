using System.Numerics;
using System.Text;
using Casella.Formats.Mime;

namespace Casella.Formats.Sieve.Matching;

/// <summary>How two texts are compared (RFC 5228 §2.7.3, RFC 4790): one object for each comparator's name.</summary>
internal abstract class Comparator
{
    public static Comparator Default { get; } = new CasemapComparator();

    private static readonly Dictionary<string, Comparator> Known = new(StringComparer.Ordinal)
    {
        ["i;octet"] = new OctetComparator(),
        ["i;ascii-casemap"] = Default,
        ["i;ascii-numeric"] = new NumericComparator(),
        ["i;unicode-casemap"] = new UnicodeComparator(),
    };

    public static Comparator? Find(string name) => Known.GetValueOrDefault(name);

    /// <summary>RFC 4790 §4.2.3: whether parts of texts can be compared.</summary>
    public virtual bool HasSubstring => true;

    public virtual bool IgnoresCase => true;

    /// <summary>The text as it is compared; equal for equal texts.</summary>
    public abstract string Fold(string text);

    public virtual int Compare(string one, string other) =>
        Encoding.UTF8.GetBytes(Fold(one)).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(Fold(other)));

    public virtual bool AreEqual(string one, string other) => string.Equals(Fold(one), Fold(other), StringComparison.Ordinal);

    private sealed class OctetComparator : Comparator
    {
        public override bool IgnoresCase => false;
        public override string Fold(string text) => text;
    }

    /// <summary>RFC 4790 §9.2.1: A to Z are a to z, all else is itself.</summary>
    private sealed class CasemapComparator : Comparator
    {
        public override string Fold(string text) => string.Create(text.Length, text, static (folded, source) =>
        {
            for (var i = 0; i < folded.Length; i++)
                folded[i] = char.IsAsciiLetterLower(source[i]) ? (char)(source[i] - 32) : source[i];
        });
    }

    private sealed class UnicodeComparator : Comparator
    {
        public override string Fold(string text) => UnicodeCasemap.Map(text);
    }

    /// <summary>
    /// RFC 4790 §9.1.1: the number that the text begins with; one without counts as more than every number.
    /// </summary>
    private sealed class NumericComparator : Comparator
    {
        /// <summary>Digits of a number; more than anybody counts to, and quickly read.</summary>
        private const int MaxDigits = 100;

        public override bool HasSubstring => false;
        public override string Fold(string text) => text;

        public override bool AreEqual(string one, string other) => Compare(one, other) == 0;

        public override int Compare(string one, string other) => (Number(one), Number(other)) switch
        {
            (null, null) => 0,
            (null, _) => 1,
            (_, null) => -1,
            ({ } first, { } second) => first.CompareTo(second),
        };

        private static BigInteger? Number(string text)
        {
            var digits = text.AsSpan(0, text.AsSpan().IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : text.Length);
            if (digits.IsEmpty)
                return null;
            return BigInteger.Parse(digits.TrimStart('0') is { Length: > 0 } some ? some[..Math.Min(some.Length, MaxDigits)] : "0", System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
