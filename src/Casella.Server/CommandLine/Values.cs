using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Casella.Core.Quota;
using Casella.Server.Configuration;
using Spectre.Console;

namespace Casella.Server.CommandLine;

/// <summary>Values that several commands take or show.</summary>
internal static class Values
{
    /// <summary>"1GB", "500MB", "none". For an option's parser.</summary>
    public static QuotaLimit? Quota(ArgumentResult result)
    {
        if (TryParseQuota(result.Tokens.Count == 0 ? "" : result.Tokens[0].Value, out var quota))
            return new QuotaLimit(quota);
        result.AddError($"\"{result.Tokens[0].Value}\" is not a quota; write for example 500MB, 1GB or none.");
        return null;
    }

    /// <param name="quota">Null for none; the usual limit for empty text.</param>
    public static bool TryParseQuota(string text, out long? quota) => SizeText.TryParseQuota(text, out quota);

    public static string Quota(long? quota) => quota is { } limit ? OptionValue.FormatSize(limit) : "none";

    /// <summary>Bytes for people, one decimal.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1024 => $"{bytes.ToString(CultureInfo.InvariantCulture)} B",
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KB"),
        < 1024 * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024 * 1024):0.00} GB"),
    };

    public static string Time(DateTimeOffset? time) => time?.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "never";

    /// <summary>What is no number is not for this to say: validators are asked before it is found out.</summary>
    public static void Within(Option<int> option, int least, int most) => option.Validators.Add(result =>
    {
        if (result.Tokens is [var typed, ..] && int.TryParse(typed.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && (number < least || number > most))
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is from {least} to {most}."));
    });

    /// <summary>"1 device", "2 devices".</summary>
    /// <param name="many">Where it is not the word with an s.</param>
    public static string Count(long count, string one, string? many = null) =>
        $"{count.ToString(CultureInfo.InvariantCulture)} {(count == 1 ? one : many ?? $"{one}s")}";

    /// <summary>A password from standard input: its first line from a pipe, typed without echo on a terminal.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public static async Task<string> ReadPasswordAsync(Output output, CancellationToken cancellationToken)
    {
        if (output.Input is null && !Console.IsInputRedirected)
            return await AnsiConsole.PromptAsync(new TextPrompt<string>("Password:").Secret(), cancellationToken);
        var line = await (output.Input ?? Console.In).ReadLineAsync(cancellationToken);
        return line is { Length: > 0 } ? line : throw new CommandException("NoPassword", "Standard input has no password; write it as the first line, for example: casella account add … --password-stdin < file");
    }
}

/// <summary>
/// A quota as an argument: the library takes a parser's null for an argument that is missing, and no limit is a value.
/// </summary>
/// <param name="Bytes">Null for no limit.</param>
internal sealed record QuotaLimit(long? Bytes)
{
    /// <summary>As --help shows the default.</summary>
    public override string ToString() => Values.Quota(Bytes);
}
