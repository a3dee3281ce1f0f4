using System.Text.Json;
using Casella.Web.Writing;
using Microsoft.AspNetCore.Components;

namespace Casella.Web.Parts;

/// <summary>The composers that are open.</summary>
public sealed partial class Composers
{
    private static readonly (string Command, string Icon, string Name)[] Tools =
        [("bold", "bold", "Bold"), ("italic", "italic", "Italic"), ("insertUnorderedList", "list", "BulletList"), ("createLink", "link", "InsertLink")];

    [Inject] internal ComposeDesk Compose { get; set; } = null!;

    private static (string Field, string Name, IReadOnlyList<string> Addresses)[] Fields(ComposeSeed seed) =>
        [("to", "ToField", seed.To), ("cc", "Cc", seed.Cc), ("bcc", "Bcc", seed.Bcc)];

    /// <summary>All at once: what is proposed while one types asks nobody.</summary>
    private static string Proposals(ComposeSeed seed) => JsonSerializer.Serialize(seed.Proposals);

    private string Files(ComposeSeed seed) =>
        JsonSerializer.Serialize(seed.Files.Select(file => new { id = file.Id, name = file.Name, size = Words.Size(file.Size) }));
}
