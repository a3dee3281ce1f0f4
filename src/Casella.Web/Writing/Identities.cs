using Casella.Core;
using Casella.Core.Directory;
using Casella.Web.Desk;

namespace Casella.Web.Writing;

/// <summary>An address that a mail can be from.</summary>
/// <param name="Account">The mailbox in whose Drafts and Sent it is.</param>
/// <param name="Signature">The person's for that address.</param>
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
        var found = new List<Identity>();
        foreach (var box in boxes.Where(box => box.MaySend).OrderBy(box => box == first ? 0 : 1))
        {
            var signatures = await Signatures.ReadAsync(box.Account, cancellationToken);
            found.AddRange((await AddressesAsync(box, cancellationToken)).Select(address => new Identity(box.Account.Id, address, signatures.Of(address))));
        }

        return found;
    }

    /// <summary>Those by which a mailbox is reached, its own first.</summary>
    public async Task<IReadOnlyList<string>> AddressesAsync(Box box, CancellationToken cancellationToken)
    {
        var others = (await directory.AliasesAsync(cancellationToken))
            .Where(alias => alias.Address.LocalPart is not "*" && alias.Targets.Contains(box.Account.Address)).Select(alias => alias.Address.ToString());
        return [box.Address, .. others.Order(StringComparer.Ordinal)];
    }
}
