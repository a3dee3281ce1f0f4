using System.Text;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Messages.Sorting;
using Casella.Formats.Mime;
using CsCheck;

namespace Casella.Core.Tests.Messages.Sorting;

/// <summary>A sort by any keys is what sorting by hand gives.</summary>
public sealed class MessageSortTests
{
    private static readonly Letter[] Letters = [.. Enumerable.Range(0, 40).Select(i => new Letter(
        Pick(i, "Zebra", "Re: zebra", "ape", "Äpfel", "", "R: Ape"),
        Pick(i * 7, "anna", "Bob", "carla", ""),
        i % 5 == 0 ? null : new DateTimeOffset(2024, 2, 1 + i * 3 % 9, i % 24, 0, 0, TimeSpan.FromHours(i % 3)),
        new DateTimeOffset(2024, 3, 1 + i * 11 % 17, 0, 0, 0, TimeSpan.Zero),
        i * 13 % 50))];

    private static readonly Gen<SortKey[]> Keys = Gen.Select(Gen.Enum<SortField>(), Gen.Bool, (field, reverse) => new SortKey(field, reverse)).Array[1, 4];

    [Fact]
    public async Task Sorted_by_any_keys_they_stand_as_by_hand()
    {
        await using var house = await House.OpenAsync("anna");
        var anna = await house.DoorAsync("anna");
        var inbox = (await anna.GetTreeAsync(House.Cancelled)).Find(MailboxName.Inbox)!.Id;
        foreach (var letter in Letters)
        {
            await using var message = House.Message(letter.Text);
            await anna.AppendAsync(inbox, [new NewMessage(message, FlagNames.None, letter.ReceivedAt)], House.Cancelled);
        }

        var snapshot = await anna.GetSnapshotAsync(inbox, House.Cancelled);
        var placements = Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i]).ToList();
        await Keys.SampleAsync(
            async keys =>
            {
                var sorted = await anna.SortAsync(placements, keys, House.Cancelled);
                sorted.Select(uid => (int)uid.Value - 1).Should().Equal(ByHand(keys));
            },
            iter: 200, threads: 1);
    }

    [Theory]
    [InlineData("perché", "PERCHÉ", 0)]
    [InlineData("perche", "perché", -1)]
    [InlineData("", "a", -1)]
    [InlineData("Z", "a", 1)]
    [InlineData("ǆ", "Ǆ", 0)]
    [InlineData("\uFFFD", "\U0001F600", -1)]
    public void Texts_compare_by_the_casemap(string left, string right, int order) =>
        Math.Sign(UnicodeCasemap.Key(left).AsSpan().SequenceCompareTo(UnicodeCasemap.Key(right))).Should().Be(order);

    /// <summary>Insertion of each message behind all that are not above it.</summary>
    private static List<int> ByHand(SortKey[] keys)
    {
        var order = new List<int>();
        for (var i = 0; i < Letters.Length; i++)
        {
            var at = order.Count;
            while (at > 0 && Compare(keys, Letters[order[at - 1]], Letters[i]) > 0)
                at--;
            order.Insert(at, i);
        }

        return order;
    }

    private static int Compare(SortKey[] keys, Letter left, Letter right)
    {
        foreach (var key in keys)
        {
            var order = key.Field switch
            {
                SortField.Arrival => left.ReceivedAt.CompareTo(right.ReceivedAt),
                SortField.Date => (left.SentAt ?? left.ReceivedAt).CompareTo(right.SentAt ?? right.ReceivedAt),
                SortField.Size => Encoding.UTF8.GetByteCount(left.Text).CompareTo(Encoding.UTF8.GetByteCount(right.Text)),
                SortField.Subject => Order(left.BareSubject, right.BareSubject),
                SortField.From => Order(left.Sender, right.Sender),
                SortField.DisplayFrom => Order(left.Shown, right.Shown),
                _ => 0,
            };
            if (order != 0)
                return key.IsReverse ? -order : order;
        }

        return 0;
    }

    // In these few words accents and case can be told apart by hand: "Äpfel" stands behind "ape", as "A" and a mark.
    private static int Order(string left, string right) => string.CompareOrdinal(
        left.ToUpperInvariant().Normalize(NormalizationForm.FormD), right.ToUpperInvariant().Normalize(NormalizationForm.FormD));

    private static string Pick(int at, params string[] from) => from[at % from.Length];

    private sealed record Letter(string Subject, string Sender, DateTimeOffset? SentAt, DateTimeOffset ReceivedAt, int Padding)
    {
        public string BareSubject => Subject.StartsWith('R') ? Subject[(Subject.IndexOf(':', StringComparison.Ordinal) + 2)..] : Subject;

        public string Shown => Sender.Length > 0 ? $"{Sender}@example.test" : "";

        public string Text => string.Concat(
            SentAt is { } sent ? $"Date: {MessageDate.Format(sent)}\r\n" : "",
            Sender.Length > 0 ? $"From: {Sender}@example.test\r\n" : "",
            $"Subject: {Subject}\r\n\r\n{new string('x', Padding)}\r\n");
    }
}
