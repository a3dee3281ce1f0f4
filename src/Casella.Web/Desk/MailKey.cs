using System.Globalization;
using Casella.Core;

namespace Casella.Web.Desk;

/// <summary>A message in a folder, as rows of a page name it: "12-345".</summary>
internal readonly record struct MailKey(MailboxId Mailbox, Uid Uid)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mailbox.Value}-{Uid.Value}");

    public static MailKey? Parse(string? text)
    {
        var dash = text?.IndexOf('-', StringComparison.Ordinal) ?? -1;
        return dash > 0 && long.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var mailbox)
            && uint.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var uid)
            ? new MailKey(new MailboxId(mailbox), new Uid(uid))
            : null;
    }
}
