using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Casella.Core;
using Casella.Core.Messages;
using Casella.Formats.Mime;
using Casella.Formats.Urls;
using Casella.Imap.Commands.Fetching;
using Casella.Imap.Session;

namespace Casella.Imap.Commands.Appending;

/// <summary>
/// The octets that a URL names, as FETCH BODY[section]&lt;partial&gt; would send them (RFC 4469 §3, URL-PARTIAL of
/// RFC 5550 §4.4): of a message that the session that asks may read, also in an account beside its own, or that somebody
/// has authorized by URL (RFC 4467).
/// </summary>
internal sealed class NamedOctets : IAsyncDisposable
{
    private readonly MessageContent _content;
    private readonly Partial _range;
    private readonly ReadOnlyMemory<byte>? _selected;

    private NamedOctets(MessageContent content, Partial range, ReadOnlyMemory<byte>? selected) =>
        (_content, _range, _selected) = (content, range, selected);

    public long Count => _range.Count;

    /// <summary>False for a section that its message has not.</summary>
    public bool HasPart { get; private init; } = true;

    /// <summary>
    /// Null for what is no URL, is of another server, names no message or no part of one, or a mailbox that is not
    /// there.
    /// </summary>
    /// <exception cref="MailException">Unavailable, Damaged.</exception>
    public static async ValueTask<NamedOctets?> FindAsync(ImapSession session, string text, CancellationToken cancellationToken)
    {
        // RFC 4469 §3: relative ones only, and nothing that needs an access key.
        if (!ImapUrl.TryParse(text, out var url) || url is not { Server: null, Access: null })
            return null;
        if (await FindMailboxAsync(session, url, cancellationToken) is not { } mailbox)
            return null;
        var named = await OpenAsync(mailbox, url, cancellationToken);
        if (named is not { HasPart: false })
            return named;
        await named.DisposeAsync();
        return null;
    }

    /// <summary>In a mailbox that is found already. Null for a section that is none, and for a message that is not
    /// there.</summary>
    /// <exception cref="MailException">Unavailable, Damaged.</exception>
    public static async ValueTask<NamedOctets?> OpenAsync(MailboxAt mailbox, ImapUrl url, CancellationToken cancellationToken)
    {
        if (url.Uid is not { } uid || Section(url.Section) is not { } section)
            return null;
        var snapshot = await mailbox.Account.GetSnapshotAsync(mailbox.Mailbox, cancellationToken);
        if (url.UidValidity is { } validity && validity != snapshot.UidValidity)
            return null;
        var index = snapshot.IndexOf(new Uid(uid));
        return index < 0 ? null : await OpenAsync(mailbox.Account, snapshot[index], section, url.Partial, cancellationToken);
    }

    /// <returns>Octets that were copied.</returns>
    /// <exception cref="MailException">Damaged.</exception>
    public async ValueTask<long> CopyToAsync(Stream destination, CancellationToken cancellationToken)
    {
        if (_selected is { } selected)
        {
            await destination.WriteAsync(selected.Slice((int)_range.Offset, (int)_range.Count), cancellationToken);
            return _range.Count;
        }

        // By a pipe, as a large message is unpacked from its beginning for every piece that is asked for alone.
        var output = PipeWriter.Create(destination, new StreamPipeWriterOptions(leaveOpen: true));
        await _content.CopyToAsync(output, _range.Offset, _range.Count, cancellationToken);
        await output.CompleteAsync();
        return _range.Count;
    }

    /// <exception cref="MailException">Damaged.</exception>
    public async ValueTask CopyToAsync(PipeWriter destination, CancellationToken cancellationToken)
    {
        if (_selected is { } selected)
            destination.Write(selected.Span.Slice((int)_range.Offset, (int)_range.Count));
        else
            await _content.CopyToAsync(destination, _range.Offset, _range.Count, cancellationToken);
    }

    public ValueTask DisposeAsync() => _content.DisposeAsync();

    private static BodySection? Section(string? section) =>
        section is null ? new BodySection([], SectionText.All, []) : FetchParser.ReadSection(Encoding.UTF8.GetBytes(section));

    /// <summary>
    /// Without a name it is the selected mailbox; a name without a slash before it stands beside that one
    /// (RFC 5092 §7).
    /// </summary>
    private static async ValueTask<MailboxAt?> FindMailboxAsync(ImapSession session, ImapUrl url, CancellationToken cancellationToken)
    {
        if (url.Mailbox is not { } name)
            return session.Selected?.At;
        if (!url.IsRooted && session.Selected is { } view)
        {
            // In an account beside one's own there is no name to stand beside: what it is called depends on who looks.
            if (view.Account.Id != session.Account.Id)
                return null;
            var path = (await view.Account.GetTreeAsync(cancellationToken)).Find(view.Mailbox)?.Name.Value ?? "";
            name = path[..(path.LastIndexOf('/') + 1)] + name;
        }

        try
        {
            return (await session.FindSelectableAsync(name, cancellationToken)).At;
        }
        catch (MailException e) when (e.Error is MailError.NoSuchMailbox or MailError.MailboxNotSelectable or MailError.InvalidMailboxName or MailError.NoSuchAddress)
        {
            return null;
        }
    }

    private static async ValueTask<NamedOctets?> OpenAsync(
        MailAccount account, Placement placement, BodySection section, ImapUrlPartial? partial, CancellationToken cancellationToken)
    {
        var structure = section.Part.Length == 0 ? null : await StructureAsync(account, placement, cancellationToken);
        var content = await account.OpenAsync(placement.Email, cancellationToken);
        try
        {
            if (SectionRange.Of(content, structure, section) is not { } range)
                return new NamedOctets(content, new Partial(0, 0), ReadOnlyMemory<byte>.Empty) { HasPart = false };

            ReadOnlyMemory<byte>? selected = null;
            if (section.Text is SectionText.HeaderFields or SectionText.HeaderFieldsNot)
            {
                var fields = new ArrayBufferWriter<byte>(512);
                var header = await content.ReadAsync(range.Offset, range.Count, cancellationToken);
                HeaderSection.Select(header.Span, section.Fields, section.Text == SectionText.HeaderFieldsNot, fields);
                (selected, range) = (fields.WrittenMemory, new Partial(0, fields.WrittenCount));
            }

            var asked = partial is { } p ? new Partial(p.Offset, p.Count ?? long.MaxValue) : (Partial?)null;
            return new NamedOctets(content, SectionRange.Cut(range, asked), selected);
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
    }

    private static async ValueTask<BodyPart?> StructureAsync(MailAccount account, Placement placement, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var data in account.ReadAsync([placement], MessageNeeds.Structure, cancellationToken))
                return CompactForm.ReadStructure(data.Structure);
            return null;
        }
        catch (FormatException damaged)
        {
            throw new MailException(MailError.Damaged, $"message {placement.Email}", damaged);
        }
    }
}
