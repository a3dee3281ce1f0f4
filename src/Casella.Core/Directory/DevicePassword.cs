using System.Security.Cryptography;
using System.Text;

namespace Casella.Core.Directory;

/// <summary>
/// The password of a device: eight groups of four, made here and never chosen. The first group tells which device, is
/// unique within the mailbox and no secret; the other 28 letters are 138 random bits, so one SHA-256 keeps them as well
/// as Argon2id would, and a thousand phones signing in cost nothing (docs/adr/0007). Read as people type it: phones
/// begin with a capital and put spaces and dashes of their own.
/// </summary>
internal static class DevicePassword
{
    // What PasswordText has, without the i that many read as an l: 31 letters.
    private const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int Group = 4;
    private const int Groups = 8;
    private const int Length = Group * Groups;

    /// <summary>A new one in canonical form: its letters without dashes.</summary>
    public static string Generate() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>As it is shown: "mq4x-7hd2-…".</summary>
    public static string Format(string canonical) => string.Join('-', canonical.Chunk(Group).Select(group => new string(group)));

    /// <summary>The canonical form of what was typed, or null for a text that has not the form of one.</summary>
    public static string? Read(string typed)
    {
        if (typed.Length > PasswordText.MaxLength)
            return null;
        var canonical = new StringBuilder(Length);
        foreach (var c in typed)
        {
            // U+2010…U+2015: dashes that a phone makes of ours.
            if (char.IsWhiteSpace(c) || c is '-' or (>= '\u2010' and <= '\u2015'))
                continue;
            var letter = char.ToLowerInvariant(c);
            if (canonical.Length == Length || !Alphabet.Contains(letter, StringComparison.Ordinal))
                return null;
            canonical.Append(letter);
        }

        return canonical.Length == Length ? canonical.ToString() : null;
    }

    /// <summary>By which the device is found.</summary>
    public static string Prefix(string canonical) => canonical[..Group];

    /// <summary>What the directory keeps.</summary>
    public static string Hash(string canonical) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(canonical)));

    /// <summary>Takes the same time wherever the two differ.</summary>
    public static bool Matches(string canonical, string hash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(canonical)), Encoding.ASCII.GetBytes(hash));
}
