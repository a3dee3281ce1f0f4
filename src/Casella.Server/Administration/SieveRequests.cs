using System.Globalization;
using Casella.Formats.Sieve;

namespace Casella.Server.Administration;

internal sealed record ListScripts(string Address) : AdminRequest<IReadOnlyList<ScriptView>>
{
    protected override async Task<IReadOnlyList<ScriptView>> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        [.. (await (await context.OpenAsync(Address, cancellationToken)).Filters.ListAsync(cancellationToken))
            .Select(script => new ScriptView(script.Name, script.IsActive, script.Size, script.SavedAt))];
}

/// <param name="Version">Its number; null for the text as it is now.</param>
internal sealed record ShowScript(string Address, string Name, long? Version) : AdminRequest<ScriptTextView>
{
    protected override async Task<ScriptTextView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var filters = (await context.OpenAsync(Address, cancellationToken)).Filters;
        var versions = await filters.VersionsAsync(Name, cancellationToken);
        var content = Version is not { } version ? await filters.GetAsync(Name, cancellationToken)
            : versions.Any(known => known.Number == version) ? await filters.GetVersionAsync(version, cancellationToken)
            : throw new CommandException("NoSuchScript", $"{Name} has no version {version}; there are {string.Join(", ", versions.Select(known => known.Number))}.");
        return new ScriptTextView(Name, content, [.. versions.Select(known => new ScriptVersionView(known.Number, known.Size, known.SavedAt))]);
    }
}

internal sealed record PutScript(string Address, string Name, string Content, bool Activate) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        if (!ScriptName.IsValid(Name))
            throw new CommandException("InvalidValue", $"\"{Name}\" cannot be the name of a script.");
        ScriptMistakes.Check(Content);
        await context.Office.Care.PutScriptAsync(Address, Name, Content, Activate, cancellationToken);
        return new Done();
    }
}

/// <param name="Name">Null: none runs any more.</param>
internal sealed record ActivateScript(string Address, string? Name) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.Office.Care.ActivateScriptAsync(Address, Name, cancellationToken);
        return new Done();
    }
}

internal sealed record RemoveScript(string Address, string Name) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.Office.Care.RemoveScriptAsync(Address, Name, cancellationToken);
        return new Done();
    }
}

/// <summary>As <see cref="PutScript"/>, and nothing is kept.</summary>
internal sealed record CheckScript(string Address, string Content) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        _ = await context.OpenAsync(Address, cancellationToken);
        ScriptMistakes.Check(Content);
        return new Done();
    }
}

internal static class ScriptMistakes
{
    /// <exception cref="CommandException">The script has mistakes: all of them, one a line.</exception>
    public static void Check(string content)
    {
        try
        {
            _ = SieveScript.Compile(content);
        }
        catch (SieveScriptException bad)
        {
            throw new CommandException("InvalidScript", string.Join("\ncasella: ", bad.Errors.Select(error => error.Text(CultureInfo.InvariantCulture))));
        }
    }
}

/// <param name="Size">Bytes.</param>
internal sealed record ScriptView(string Name, bool IsActive, long Size, DateTimeOffset SavedAt);

/// <param name="Versions">Newest first.</param>
internal sealed record ScriptTextView(string Name, string Content, IReadOnlyList<ScriptVersionView> Versions);

internal sealed record ScriptVersionView(long Number, long Size, DateTimeOffset SavedAt);
