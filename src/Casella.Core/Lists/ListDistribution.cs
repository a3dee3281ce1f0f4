using System.Collections.Concurrent;
using System.Text;
using Casella.Core.Delivery;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Storage;
using Casella.Core.Submission;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;
using Casella.Formats.Reports;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Lists;

/// <summary>
/// Mail to a list: who may post has it sent to every member, each with a way out of his own (RFC 2369, RFC 8058); reports
/// about what did not arrive come back to the list and suspend a member. Called by the <see cref="Deliverer"/>.
/// </summary>
internal sealed class ListDistribution(
    IListStore store, IDirectoryStore directory, ListTokens tokens, MailQueue queue, ListLinks links, TimeProvider time, ILogger<ListDistribution> logger)
{
    public const string Leave = "leave";

    private const string Bounce = "bounce";

    /// <summary>Largest mail for a list: it is copied for each member.</summary>
    private const long LargestMail = 10 * 1024 * 1024;

    private const int MaxRemembered = 1_000;

    /// <summary>A full mailbox or a broken server is not the end: three days of it are.</summary>
    private static readonly BounceLimit Limit = new(3, TimeSpan.FromDays(30));

    /// <summary>Who has which message already, for a sender who tries again because our answer was lost.</summary>
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<long, bool>> _sent = new(StringComparer.Ordinal);

    /// <param name="detail">What follows the + in the address, or null.</param>
    /// <exception cref="MailException">Unavailable; those who have it then do not get it again.</exception>
    public async Task<DeliveryOutcome> DeliverAsync(MailToPlace mail, EmailAddress recipient, MailingList list, string? detail, CancellationToken cancellationToken)
    {
        if (detail is not null)
            return await TakeAnswerAsync(mail.Request, recipient, list, detail, cancellationToken);
        if (await RefusalAsync(mail.Request, list, cancellationToken) is { } why)
            return new DeliveryOutcome.Refused(recipient, MailError.RefusedByRecipient, why);
        var members = (await store.MembersAsync(list.Id, cancellationToken)).Where(member => member.SuspendedAt is null).ToList();
        var done = Remembered(Convert.ToHexString(mail.Identity.KeyFor(recipient, default).Span));
        var header = await HeaderAsync(mail.Request.Content, list, cancellationToken);
        foreach (var member in members)
            if (!done.ContainsKey(member.Id))
            {
                await SendAsync(mail.Request.Content, header, list, member, cancellationToken);
                done[member.Id] = true;
            }

        Log.Posted(logger, list.Address, members.Count);
        return new DeliveryOutcome.Delivered(recipient);
    }

    /// <summary>Why this is not for the list, in words for its sender; null when it is.</summary>
    private async Task<string?> RefusalAsync(DeliveryRequest request, MailingList list, CancellationToken cancellationToken)
    {
        var header = request.Content.ReadHeader();
        // A list that answers programs, or itself, would never end (RFC 3834 §2).
        if (request.ReversePath is null || AnswerableHeader.Read(header).IsAutomatic)
            return $"{list.Address} is a list, and takes no mail of programs and other lists";
        if (request.Content.Size > LargestMail)
            return $"{list.Address} is a list, and takes mail up to {LargestMail / 1024 / 1024} MB";
        if (SubmittedHeader.Read(header) is not { FromIsValid: true, From: [var author] } || !IsProven(request.Verdict, author))
            return $"{list.Address} is a list, and takes mail only of who proves to be its sender (DKIM or SPF)";
        if (list.Posting is ListPosting.Everybody)
            return null;
        var member = (await store.MembersAsync(list.Id, cancellationToken)).FirstOrDefault(one => one.Address == author);
        return member is not null && (member.MayPost || list.Posting is ListPosting.Members)
            ? null
            : $"{author} may not write to the list {list.Address}; ask postmaster@{list.Address.Domain}";
    }

    /// <summary>Our own people have signed in; others' domains must vouch for them.</summary>
    private static bool IsProven(AuthenticationVerdict? verdict, EmailAddress author) => verdict is null || verdict.IsTrusted
        || verdict.Dmarc is CheckResult.Pass || verdict.SignedBy.Contains(author.Domain, StringComparer.Ordinal);

    /// <summary>The header for all members: the list's own fields instead of another's, and an author that no DMARC forbids.</summary>
    private async Task<ReadOnlyMemory<byte>> HeaderAsync(StagedMessage content, MailingList list, CancellationToken cancellationToken)
    {
        var header = content.ReadHeader();
        var author = SubmittedHeader.Read(header).From[0];
        var isOurs = (await directory.DomainsAsync(cancellationToken)).Any(domain => string.Equals(domain.Name, author.Domain, StringComparison.Ordinal));
        var kept = HeaderSection.Without(header, field => field.Name.ToUpperInvariant() switch
        {
            "RETURN-PATH" or "PRECEDENCE" or "ERRORS-TO" => true,
            // Their signatures end with their header.
            "FROM" or "REPLY-TO" or "DKIM-SIGNATURE" or "SENDER" => !isOurs,
            var name => name.StartsWith("LIST-", StringComparison.Ordinal),
        });
        var post = list.Posting is ListPosting.Named ? "NO" : $"<mailto:{list.Address}>";
        var added = $"{Title(list)}List-Post: {post}\r\nList-Owner: <mailto:postmaster@{list.Address.Domain}>\r\nPrecedence: list\r\n";
        if (!isOurs)
        {
            var name = author.LocalPart.Replace("\"", "", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal);
            added += $"From: \"{name} (via {AsciiTitle(list)})\" <{list.Address}>\r\nReply-To: <{author.ToWire()}>\r\n";
        }

        return Encoding.UTF8.GetBytes(added).Concat(kept.ToArray()).ToArray();
    }

    private async Task SendAsync(StagedMessage content, ReadOnlyMemory<byte> header, MailingList list, ListMember member, CancellationToken cancellationToken)
    {
        var leave = await tokens.MakeAsync(Leave, list.Id, member.Id, cancellationToken);
        var mailto = $"<mailto:{list.Address.LocalPart}+{Leave}-{leave}@{list.Address.Domain}>";
        // RFC 8058 §3.1: both fields, signed; only where there is a page that answers.
        var way = links.Of(leave) is { } link
            ? $"List-Unsubscribe: <{link}>,\r\n {mailto}\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
            : $"List-Unsubscribe: {mailto}\r\n";
        var bounce = await tokens.MakeAsync(Bounce, list.Id, member.Id, cancellationToken);
        if (!EmailAddress.TryParse($"{list.Address.LocalPart}+{Bounce}-{bounce}@{list.Address.Domain}", out var sender))
            sender = list.Address;
        var message = content.WithHeader(header, content.ReadHeader().Length).WithPrefix(Encoding.UTF8.GetBytes(way));
        await queue.EnqueueAsync(
            new QueueRequest(null, sender, [new SubmissionRecipient(member.Address, DsnNotify.Failure, null)], message, null, false), cancellationToken);
    }

    /// <summary>Somebody leaves by mail, or a report comes back. Whatever it is, nobody is told: it is never a person's mail.</summary>
    private async Task<DeliveryOutcome> TakeAnswerAsync(
        DeliveryRequest request, EmailAddress recipient, MailingList list, string detail, CancellationToken cancellationToken)
    {
        var (purpose, token) = detail.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash ? (detail[..dash], detail[(dash + 1)..]) : ("", "");
        if (purpose is not (Leave or Bounce) || await tokens.ReadAsync(purpose, token, cancellationToken) is not { } name || name.List != list.Id)
            return new DeliveryOutcome.Refused(recipient, MailError.NoSuchAddress);
        if (purpose is Leave)
        {
            if (await store.RemoveMemberAsync(list.Id, name.Member, cancellationToken) is { } left)
                Log.Left(logger, list.Address, left);
        }
        else if (IsFailure(request) && await store.CountBounceAsync(list.Id, name.Member, time.GetUtcNow(), Limit, cancellationToken) is { SuspendedAt: not null } member)
            Log.Suspended(logger, list.Address, member.Address, member.Bounces);
        return new DeliveryOutcome.Delivered(recipient);
    }

    /// <summary>RFC 5321 §4.5.5: reports have the null reverse-path; whoever writes to the address himself says nothing of the member.</summary>
    private static bool IsFailure(DeliveryRequest request)
    {
        if (request.ReversePath is not null)
            return false;
        using var content = request.Content.OpenRead();
        return BounceReading.IsFailure(content);
    }

    private ConcurrentDictionary<long, bool> Remembered(string key)
    {
        if (key.Length == 0)
            return [];
        if (_sent.Count >= MaxRemembered)
            _sent.Clear();
        return _sent.GetOrAdd(key, _ => new ConcurrentDictionary<long, bool>());
    }

    /// <summary>RFC 2919 §3: the title in front where it is of ASCII; the identifier is what programs file by.</summary>
    private static string Title(MailingList list) => Ascii.IsValid(list.Title) ? $"List-Id: \"{list.Title}\" <{list.ListId}>\r\n" : $"List-Id: <{list.ListId}>\r\n";

    private static string AsciiTitle(MailingList list) => Ascii.IsValid(list.Title) ? list.Title : list.Address.LocalPart;
}

/// <summary>Where one leaves a list by a click.</summary>
/// <param name="Of">From a token to the page's address; null where there is no page.</param>
public sealed record ListLinks(Func<string, string?> Of);
