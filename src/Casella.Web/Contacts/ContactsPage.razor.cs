using Casella.Core;
using Casella.Core.Directory;
using Casella.Formats.Cards;
using Casella.Web.Http;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Casella.Web.Contacts;

/// <summary>The address books: one's own and those of the mailboxes, with groups.</summary>
public sealed partial class ContactsPage : IDisposable
{
    /// <summary>Rows that are drawn; who has more contacts types a letter.</summary>
    private const int ShownAtMost = 200;

    private readonly CancellationTokenSource _closing = new();
    private IReadOnlyList<AddressBook> _books = [];
    private AddressBook? _book;
    private string _search = "";
    private string? _group;
    private ContactDraft? _draft;
    private string? _editing;
    private ContactCard? _deleted;
    private string? _said;
    private bool _isError;
    private bool _isRead;

    [Inject] private AuthenticationStateProvider States { get; set; } = null!;
    [Inject] private Visit Visit { get; set; } = null!;
    [Inject] private AddressBooks Books { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "box")] private long? AskedBox { get; set; }
    [SupplyParameterFromQuery(Name = "name")] private string? NewName { get; set; }
    [SupplyParameterFromQuery(Name = "address")] private string? NewAddress { get; set; }
    [SupplyParameterFromQuery(Name = "imported")] private int? Imported { get; set; }
    [SupplyParameterFromQuery(Name = "why")] private string? Why { get; set; }

    private Words Words => Visit.Words;

    private IReadOnlyList<ContactCard> Found =>
    [
        .. _book!.Cards.Where(card => (_group is null || card.Groups.Contains(_group, StringComparer.OrdinalIgnoreCase))
            && (_search.Trim() is not { Length: > 0 } text || Says(card, text))),
    ];

    private IEnumerable<string> Groups => _book!.Cards.SelectMany(card => card.Groups).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Create(Words.Culture, ignoreCase: true));

    protected override async Task OnInitializedAsync()
    {
        if (await Visit.EnterAsync(States) is null)
        {
            Navigation.NavigateTo(SessionAuthentication.SignInPath, forceLoad: true);
            return;
        }

        await LoadAsync(AskedBox is { } id ? new AccountId(id) : null);
        if (Imported is { } count)
            _said = Words.Count("ContactsImported", count);
        else if (Why is "ErrorOverQuota" or "ErrorNoPermission")
            (_said, _isError) = (Words[Why is "ErrorOverQuota" ? "ContactsTooMany" : Why], true);
        if (NewAddress is { Length: > 0 } address)
            AddFrom(NewName ?? "", address);
    }

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    /// <summary>From a message: who is known already is shown instead.</summary>
    private void AddFrom(string name, string address)
    {
        var known = _books.SelectMany(book => book.Cards.Select(card => (Book: book, Card: card)))
            .FirstOrDefault(one => one.Card.Emails.Contains(address, StringComparer.OrdinalIgnoreCase));
        if (known.Card is { } card)
            (_book, _editing, _draft, _said) = (known.Book, card.Uid, ContactDraft.Of(card), Words["ContactKnown"]);
        else
            (_editing, _draft) = (null, new ContactDraft { Name = name.Length > 0 ? name : address, Emails = address });
    }

    private void Choose(AddressBook book) => (_book, _group, _draft, _said) = (book, null, null, null);

    private void Edit(ContactCard? card) => (_editing, _draft, _said) = (card?.Uid, card is null ? new ContactDraft { Groups = _group ?? "" } : ContactDraft.Of(card), null);

    private Task SaveAsync() => SayAsync(async () =>
    {
        if (_draft!.BadAddress is { } bad)
            return (Words["ContactBadAddress", bad], true);
        if (_draft.ToCard() is not { } card)
            return (Words["ContactNoName"], true);
        await Books.PutAsync(Visit.Visitor!, _book!.Mailbox, [card], _closing.Token);
        _draft = null;
        await LoadAsync(_book.Mailbox);
        return (Words["SavedNow"], false);
    });

    private Task DeleteAsync() => SayAsync(async () =>
    {
        var card = _book!.Cards.First(one => string.Equals(one.Uid, _editing, StringComparison.Ordinal));
        await Books.DeleteAsync(Visit.Visitor!, _book.Mailbox, card.Uid, _closing.Token);
        await LoadAsync(_book.Mailbox);
        (_draft, _deleted) = (null, card);
        return (Words["ContactDeleted", card.Name], false);
    });

    private Task UndoAsync()
    {
        // Whatever is done next, it can no longer be undone: it is forgotten before.
        var deleted = _deleted!;
        return SayAsync(async () =>
        {
            await Books.PutAsync(Visit.Visitor!, _book!.Mailbox, [deleted], _closing.Token);
            await LoadAsync(_book.Mailbox);
            return (Words["AsBefore"], false);
        });
    }

    private async Task LoadAsync(AccountId? mailbox)
    {
        _books = await Books.ListAsync(Visit.Visitor!, _closing.Token);
        _book = _books.FirstOrDefault(book => book.Mailbox == mailbox) ?? (_books.Count > 0 ? _books[0] : null);
        _isRead = true;
    }

    private bool Says(ContactCard card, string text) =>
        new[] { card.Name, card.Organization, card.Note }.Concat(card.Emails).Concat(card.Phones)
            .Any(one => Words.Culture.CompareInfo.IndexOf(one, text, System.Globalization.CompareOptions.IgnoreCase | System.Globalization.CompareOptions.IgnoreNonSpace) >= 0);

    private async Task SayAsync(Func<Task<(string Said, bool IsError)>> act)
    {
        var before = _deleted;
        _deleted = null;
        try
        {
            (_said, _isError) = await act();
        }
        catch (MailException failure)
        {
            (_said, _isError, _deleted) = (Words[failure.Error is MailError.OverQuota ? "ContactsTooMany" : Errors.Of(failure.Error)], true, before);
        }
    }
}
