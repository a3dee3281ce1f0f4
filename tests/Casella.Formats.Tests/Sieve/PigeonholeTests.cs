#pragma warning disable MA0009, MA0023 // what is read is the printing of a program that the test itself has started
using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit.Sdk;

namespace Casella.Formats.Tests.Sieve;

/// <summary>
/// The witness: Pigeonhole's sieve-test (Debian's dovecot-sieve) reads the same scripts and must want the same. What it
/// reads otherwise is named here, with the reason.
/// </summary>
public sealed class PigeonholeTests : IDisposable
{
    private const string Program = "/usr/bin/sieve-test";

    /// <summary>Where the witness differs, and why Casella does not follow.</summary>
    private static readonly Dictionary<string, string> Otherwise = new(StringComparer.Ordinal)
    {
        ["answers: ereject"] = "it has no ereject",
        ["answers: extracttext"] = "its :first counts octets and cuts a letter in two; RFC 5703 §7 says characters",
        ["answers: include what is missing"] = "it misses it before the script runs; RFC 6609 §3.2 says at execution",
        ["edits: loops see the new structure"] = "it has no replace (RFC 5703 §5)",
        ["edits: replace and enclose are no words without require"] = "it does not know the capability",
        ["base: folded fields are unfolded"] = "it makes a space of the tab; RFC 5322 §2.2.3 takes only the line end away",
        ["base: matches with wildcards"] = "its ? is an octet; RFC 5228 §2.7.1 says a character",
        ["tests: the null reverse-path"] = "sieve-test cannot be given one",
        ["tests: date behind a semicolon, and which of several"] = "it knows no zone of Received; RFC 5260 §4.1 keeps the original one",
        ["tests: a part of a date that is none"] = "it takes any word, which then never matches",
        ["tests: unicode case"] = "it has no i;unicode-casemap",
        ["tests: what was not asked for"] = "it finds it before the script runs; RFC 5463 §4 leaves both",
        ["variables: string"] = "its string test compares octets; RFC 5228 §2.7.3 says i;ascii-casemap",
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("casella-sieve").FullName;

    public PigeonholeTests()
    {
        File.WriteAllText(Path.Join(_folder, "dovecot.conf"), $$"""
            mail_uid = nobody
            mail_gid = nogroup
            first_valid_uid = 1
            mail_home = {{_folder}}/home
            mail_location = maildir:{{_folder}}/mail
            log_path = /dev/stderr
            postmaster_address = postmaster@example.test
            plugin {
              sieve = file:{{_folder}}/home/sieve
              sieve_extensions = +editheader +vacation-seconds +special-use
              sieve_vacation_min_period = 0
            }
            """);
    }

    public static TheoryData<string> Cases => [.. SieveCase.All.Select(one => one.ToString())];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, MemberData(nameof(Cases))]
    public void Agrees(string name)
    {
        Assert.SkipUnless(File.Exists(Program), "dovecot-sieve is not installed; test.sh does it");
        var one = SieveCase.Find(name);
        if (Otherwise.TryGetValue(name, out var why))
            Assert.Skip(why);
        Ask(one).Should().Equal(one.Actions);
    }

    private List<string> Ask(SieveCase one)
    {
        File.WriteAllText(Path.Join(_folder, "script.sieve"), one.Script);
        File.WriteAllBytes(Path.Join(_folder, "message.eml"), one.Bytes);
        foreach (var open in new[] { "home/sieve", "mail" })
            Directory.CreateDirectory(Path.Join(_folder, open));
        OpenToNobody();
        var (status, output, errors) = Run(one.ReversePath);
        if (errors.Contains("failed to compile", StringComparison.Ordinal))
            return ["invalid"];
        return errors.Contains("final result: success", StringComparison.Ordinal)
            ? Actions(output)
            : errors.Contains("final result: failed", StringComparison.Ordinal) ? ["error"] : throw new XunitException($"{status}\n{output}\n{errors}");
    }

    /// <summary>It gives up being root, and must get at the files all the same.</summary>
    private void OpenToNobody()
    {
        const UnixFileMode All = (UnixFileMode)511;
        foreach (var entry in Directory.EnumerateFileSystemEntries(_folder, "*", SearchOption.AllDirectories).Append(_folder))
            File.SetUnixFileMode(entry, All);
    }

    private (int Status, string Output, string Errors) Run(string reversePath)
    {
        var start = new ProcessStartInfo(Program)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        string[] arguments =
        [
            "-c", "dovecot.conf", "-f", reversePath, "-a", "info+corsi@example.test", "-r", "info+corsi@example.test", "script.sieve", "message.eml",
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.GetAwaiter().GetResult());
    }

    /// <summary>What it prints under " * ", in the words of the cases.</summary>
    private static List<string> Actions(string output)
    {
        var actions = new List<string>();
        foreach (Match block in Regex.Matches(output, @"^ \* (.*(?:\n(?! \* |Implicit keep:).*)*)", RegexOptions.Multiline))
            if (Word(block.Groups[1].Value) is { } word)
                actions.Add(word);
        // What is discarded and also kept is not discarded.
        return actions.Count > 1 ? [.. actions.Where(action => action is not "discard")] : actions;
    }

    private static string? Word(string block)
    {
        var line = block.Split('\n')[0].TrimEnd();
        if (line.StartsWith("store message in folder: ", StringComparison.Ordinal))
            return Store(line["store message in folder: ".Length..], block);
        if (Regex.Match(line, "^redirect message to: <(.*)>$") is { Success: true } redirect)
            return $"redirect {redirect.Groups[1].Value}";
        if (line.StartsWith("reject message with reason: ", StringComparison.Ordinal))
            return $"reject {line["reject message with reason: ".Length..]}";
        if (line.StartsWith("send vacation message", StringComparison.Ordinal))
            return $"vacation {Value(block, "seconds")} {(Value(block, "subject") is { Length: > 0 } subject ? subject : "-")} | {Regex.Match(block, "START MESSAGE\n(.*)\nEND").Groups[1].Value}";
        if (line.StartsWith("send notification", StringComparison.Ordinal))
            return $"notify {Value(block, "importance")} {Value(block, "subject")} > {string.Join(' ', Regex.Matches(block, @"\+ \w+: (\S+)").Select(m => m.Groups[1].Value))}";
        return line is "track duplicate" ? null : line;
    }

    private static string Store(string folder, string block)
    {
        var word = $"store {folder}";
        if (block.Contains("create mailbox", StringComparison.Ordinal))
            word += " create";
        if (Regex.Match(block, @"special-use flag `(\S+)'") is { Success: true } use)
            word += $" use {use.Groups[1].Value.ToLowerInvariant()}";
        if (Regex.Match(block, "add IMAP flags: (.*)") is { Success: true } flags)
            word += $" flags {string.Join(' ', flags.Groups[1].Value.Split(' ').Order(StringComparer.Ordinal))}";
        return word;
    }

    private static string Value(string block, string name) => Regex.Match(block, $"=> {name} *: (.*)").Groups[1].Value;
}
