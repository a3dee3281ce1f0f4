using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;
using Casella.Formats.Reports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Notices;

/// <summary>
/// Delivers notices into the INBOX of the mailbox whose members they are for: at once after the commit that made them,
/// and every hour what could not be delivered then, or was left by a process that ended. ADR 0014.
/// </summary>
internal sealed class NoticeRunner(
    MailAccounts accounts, IDirectoryStore directory, IPeopleStore people, TimeProvider time, ILogger<NoticeRunner> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lookedAt = DateTimeOffset.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            if (time.GetUtcNow() - lookedAt >= Every)
            {
                lookedAt = time.GetUtcNow();
                await DeliverAllAsync(stoppingToken);
            }
            else
                await DeliverAsync(accounts.Notices.Take(), stoppingToken);
            await accounts.Notices.WaitAsync(Every, time, stoppingToken);
        }
    }

    public async Task DeliverAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            var all = await directory.AccountsAsync(cancellationToken);
            await DeliverAsync([.. all.Select(account => account.Id)], cancellationToken);
        }
        catch (MailException failure)
        {
            Log.NoticesNotRead(logger, failure);
        }
    }

    private async Task DeliverAsync(IReadOnlyList<AccountId> ids, CancellationToken cancellationToken)
    {
        foreach (var id in ids)
            try
            {
                await DeliverAsync(await accounts.OpenAsync(id, Actor.Server, cancellationToken), cancellationToken);
            }
            catch (MailException gone) when (gone.Error is MailError.NoSuchAddress)
            {
                // Removed since it was listed, or only being made.
            }
            catch (MailException failure)
            {
                // It stays pending; the next hour tries again, and the others' notices do not wait for it.
                Log.NoticeNotDelivered(logger, failure, id.Value);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception bug)
            {
                Log.NoticeFailed(logger, bug, id.Value);
            }
    }

    private async Task DeliverAsync(MailAccount account, CancellationToken cancellationToken)
    {
        foreach (var notice in await account.Care.PendingNoticesAsync(cancellationToken))
        {
            await using var message = MessageStaging.FromBytes(await ComposeAsync(account, notice, cancellationToken));
            await account.Care.DeliverNoticeAsync(message.WithPrefix(TraceField.ReturnPath(null)), notice.Id, cancellationToken);
        }
    }

    private async Task<byte[]> ComposeAsync(MailAccount account, NoticeRow notice, CancellationToken cancellationToken)
    {
        var tree = await account.GetTreeAsync(cancellationToken);
        var folders = (Name(tree, SpecialUse.Trash), Name(tree, SpecialUse.Junk));
        var text = new NoticeText(account.Address, account.Policy.Language, folders, time.LocalTimeZone);
        var persons = await people.PersonsAsync(cancellationToken);
        var (subject, body) = text.Compose(
            notice, account.Policy.KeepDeletedDays, id => persons.FirstOrDefault(person => person.Id == id)?.Login);
        return new PlainMail(
            Postmaster(account.Address), text.Sender, account.Address, subject, body, TimeZoneInfo.ConvertTime(notice.At, time.LocalTimeZone),
            $"notice.{account.Id.Value}.{notice.Id}@{account.Address.Domain}", "auto-generated").Compose();
    }

    private static string Name(MailboxTree tree, SpecialUse use) => tree.Find(use)?.Name.Value ?? use.ToString();

    private static EmailAddress Postmaster(EmailAddress mailbox) =>
        EmailAddress.TryParse($"postmaster@{mailbox.Domain}", out var postmaster) ? postmaster : mailbox;
}
