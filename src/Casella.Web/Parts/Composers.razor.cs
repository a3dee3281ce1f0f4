using System.Text.Json;
using Casella.Core.Messages;
using Casella.Web.Writing;
using Microsoft.AspNetCore.Components;

namespace Casella.Web.Parts;

/// <summary>The composers that are open.</summary>
public sealed partial class Composers
{
    private static readonly (string Command, string Icon, string Name)[] Tools =
        [("bold", "bold", "Bold"), ("italic", "italic", "Italic"), ("insertUnorderedList", "list", "BulletList"), ("createLink", "link", "InsertLink")];

    private static readonly TimeOnly Morning = new(8, 0);

    [Inject] internal ComposeDesk Compose { get; set; } = null!;

    [Inject] private MessageOptions Messages { get; set; } = null!;

    private static (string Field, string Name, IReadOnlyList<string> Addresses)[] Fields(ComposeSeed seed) =>
        [("to", "ToField", seed.To), ("cc", "Cc", seed.Cc), ("bcc", "Bcc", seed.Bcc)];

    /// <summary>All at once: what is proposed while one types asks nobody.</summary>
    private static string Proposals(ComposeSeed seed) => JsonSerializer.Serialize(seed.Proposals);

    /// <summary>When an office sends what need not go now: this afternoon is past, tomorrow morning, the next Monday.</summary>
    private IEnumerable<(string Name, DateTimeOffset At)> Laters()
    {
        var today = DateOnly.FromDateTime(Visit.Local(Visit.Now));
        yield return ("SendLaterHour", Visit.Now.AddHours(1));
        yield return ("SnoozeTomorrow", Visit.At(today.AddDays(1).ToDateTime(Morning)));
        yield return ("SnoozeWeek", Visit.At(today.AddDays(((int)DayOfWeek.Monday - (int)today.DayOfWeek + 6) % 7 + 1).ToDateTime(Morning)));
    }

    private string Shown(DateTimeOffset at) => Visit.Local(at).ToString("ddd d MMM, HH:mm", Words.Culture);

    private static string Files(ComposeSeed seed) =>
        JsonSerializer.Serialize(seed.Files.Select(file => new { id = file.Id, name = file.Name, bytes = file.Size }));
}
