using System.Globalization;

namespace Casella.Core.Filtering.Events;

/// <summary>How far the change log has been gone through: a whole transaction, and so many messages of the next one.</summary>
internal readonly record struct EventPosition(ModSeq Done, int Messages)
{
    public static EventPosition? Parse(string? text)
    {
        if (text?.Split(':') is not [var done, var messages])
            return null;
        return long.TryParse(done, NumberStyles.None, CultureInfo.InvariantCulture, out var modSeq)
            && int.TryParse(messages, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? new EventPosition(new ModSeq(modSeq), count)
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Done.Value}:{Messages}");
}
