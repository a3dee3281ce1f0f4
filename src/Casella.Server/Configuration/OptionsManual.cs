using System.Globalization;
using System.Text;
using Casella.Server.Options;

namespace Casella.Server.Configuration;

/// <summary>
/// All options with their texts, as docs/configuration.md, for the terminal, and as data. The file is written by
/// <c>casella config describe --markdown</c>; a test checks that it is current.
/// </summary>
internal static class OptionsManual
{
    private const string Introduction =
        """
        # Configuration

        <!-- Written by: dotnet run --project src/Casella.Server -- config describe --markdown > docs/configuration.md -->

        Casella runs without any configuration. What must be known before the store opens can be set in three places; the later wins:

        1. `casella.json` in the folder casella is started in (or `--config FILE`): `{ "HostName": "mail.example.org", "Listeners": { "Pop3": "off" } }`
        2. environment variables: `CASELLA_HostName=mail.example.org`, `CASELLA_Listeners__Pop3=off` (two underscores for each colon)
        3. the command line: `--HostName=mail.example.org --Listeners:Pop3=off` (`--data DIR` is short for `--Data=DIR`)

        A key that does not exist is an error that names the nearest one that does. Sizes take `KB`, `MB`, `GB` (1024 each); times take `s`, `m`, `h`, `d` (`1h30m`).
        Domains, mailboxes and aliases are not configuration: they live in the store and are managed with `casella domain`, `casella account` and `casella alias`.
        """;

    public static string Markdown()
    {
        var docs = new XmlDocs();
        var text = new StringBuilder(Introduction).Append('\n');
        foreach (var section in OptionCatalog.Default.Sections)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {(section.Path.Length == 0 ? "General" : section.Path)}\n\n");
            if (section.Path.Length > 0)
                text.Append(docs.Summary(section.Type)).Append("\n\n");
            text.Append("| option | default | |\n|---|---|---|\n");
            foreach (var option in section.Options)
                text.Append(CultureInfo.InvariantCulture, $"| `{option.Path}` | {DefaultCell(option)} | {docs.Summary(option.Property).Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }
        return text.ToString();
    }

    /// <summary>Every option with what it is set to now.</summary>
    public static IReadOnlyList<OptionDescription> Describe(CasellaOptions options)
    {
        var docs = new XmlDocs();
        return [.. OptionCatalog.Default.Sections.SelectMany(s => s.Options).Select(option => new OptionDescription(
            option.Path, OptionValue.Format(option.Default), OptionValue.Format(option.Get(options)), docs.Summary(option.Property)))];
    }

    private static string DefaultCell(OptionEntry option) =>
        OptionValue.Format(option.Default) is { Length: > 0 } value ? $"`{value}`" : "";
}

/// <summary>One option for <c>config describe</c>.</summary>
internal sealed record OptionDescription(string Option, string Default, string Value, string Description);
