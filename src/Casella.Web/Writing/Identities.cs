using Casella.Core;
using Casella.Core.Directory;
using Casella.Web.Desk;

namespace Casella.Web.Writing;

/// <summary>An address that a mail can be from.</summary>
/// <param name="Account">The mailbox in whose Drafts and Sent it is.</param>
/// <param name="Signature">The person's in that mailbox.</param>
internal sealed record Identity(AccountId Account, string Address, string Signature);

/// <summary>
/// As whom a visitor may write: each mailbox in whose name they may send, and the other addresses that lead to it. The
/// Submitter asks again when it is sent.
/// </summary>
internal sealed class Identities(MailDirectory directory)
{
    /// <param name="first">The mailbox that is open: its address is proposed.</param>
    public async Task<IReadOnlyList<Identity>> ListAsync(IReadOnlyList<Box> boxes, Box first, CancellationToken cancellationToken)
    {
        var aliases = await directory.AliasesAsync(cancellationToken);
        var found = new List<Identity>();
        foreach (var box in boxes.Where(box => box.MaySend).OrderBy(box => box == first ? 0 : 1))
        {
            var signature = await Signatures.ReadAsync(box.Account, cancellationToken);
            var others = aliases.Where(alias => alias.Address.LocalPart is not "*" && alias.Targets.Contains(box.Account.Address)).Select(alias => alias.Address.ToString());
            found.AddRange(new[] { box.Address }.Concat(others.Order(StringComparer.Ordinal)).Select(address => new Identity(box.Account.Id, address, signature)));
        }

        return found;
    }
}
