using Casella.Core.Lists;
using Casella.Core.Quota;

namespace Casella.Web.Api;

// What calls bring along. What is not named has its default; a name that there is not is refused.

/// <param name="Quota">Bytes; null for no limit.</param>
/// <param name="Password">The common one; null for one that is made.</param>
internal sealed record NewMailboxBody(
    string Address, string? Name = null, long? Quota = QuotaStatus.DefaultLimit, string? Password = null, bool CommonPassword = true,
    IReadOnlyList<MemberBody>? Members = null)
{
    /// <summary>Never shows the password.</summary>
    public override string ToString() => Address;
}

/// <param name="Rights">Of read, work, send, manage.</param>
internal sealed record MemberBody(string Login, IReadOnlyList<string> Rights);

/// <param name="Bytes">Null for no limit.</param>
internal sealed record QuotaBody(long? Bytes);

/// <param name="Password">Null for one that is made.</param>
internal sealed record PasswordBody(string? Password = null)
{
    public override string ToString() => nameof(PasswordBody);
}

internal sealed record RightsBody(IReadOnlyList<string> Rights);

/// <param name="Protocols">Of imap, pop3, smtp.</param>
internal sealed record NewDeviceBody(string Login, string Name, IReadOnlyList<string> Protocols);

/// <param name="Language">it or en.</param>
internal sealed record NewPersonBody(string Name, string Login, string Language = "it");

internal sealed record NewDomainBody(string Domain);

/// <param name="Allowed">False: always spam.</param>
internal sealed record SenderBody(bool Allowed);

/// <param name="Events">Names or beginnings of names, "mailbox" or "delivery.failed"; none for all.</param>
internal sealed record NewHookBody(string Url, IReadOnlyList<string>? Events = null);

/// <param name="Title">Null for the name before the "@".</param>
/// <param name="Posting">Who may write: named, members or everybody.</param>
internal sealed record ListBody(string? Title = null, ListPosting Posting = ListPosting.Named);

/// <param name="MayPost">Also where not all members may.</param>
internal sealed record ListMemberBody(bool MayPost = false);

/// <summary>A device or a person, and since when.</summary>
/// <param name="Device">Name or number of a device of the mailbox.</param>
/// <param name="Login">Of a person.</param>
/// <param name="Trial">Only says how much it would be.</param>
internal sealed record UndoBody(DateTimeOffset Since, string? Device = null, string? Login = null, DateTimeOffset? Until = null, bool Trial = false);

/// <param name="From">The mailbox in the backup; null for the same.</param>
/// <param name="Folder">Only this one and those below it; null for all.</param>
/// <param name="At">The last backup before; null for the newest.</param>
internal sealed record RestoreBody(string? From = null, string? Folder = null, DateTimeOffset? At = null);
