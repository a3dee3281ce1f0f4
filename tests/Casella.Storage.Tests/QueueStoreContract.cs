using System.Text;
using AwesomeAssertions;
using Casella.Core;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Storage;
using Casella.Core.Submission;
using Casella.Core.Tracing;
using Casella.Formats.Addresses;

namespace Casella.Storage.Tests;

/// <summary>What the queue expects of its store, whatever keeps it.</summary>
public abstract class QueueStoreContract
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly HashSet<string> NoIds = new(StringComparer.Ordinal);

    private protected abstract IQueueStore Store { get; }

    [Fact]
    public async Task A_message_comes_back_as_it_was_given()
    {
        var row = Row("m1", "bob@else.test", "José@else.test") with
        {
            Sender = new AccountId(7),
            ReversePath = Address("Anna@example.org"),
            EnvelopeId = "QQ",
            ReturnFull = false,
        };
        row = row with { Recipients = [row.Recipients[0] with { Notify = DsnNotify.Success | DsnNotify.Delay, Original = "rfc822;b@else.test", LastError = "450 no" }, row.Recipients[1]] };

        await AddAsync(row, "text");

        var found = (await Store.FindAsync("m1", None))!;
        found.Should().BeEquivalentTo(row);
        found.ReversePath!.ToWire().Should().Be("Anna@example.org", "another server may tell its cases apart");
        (await Store.ListAsync(None)).Should().ContainSingle().Which.Should().BeEquivalentTo(row);
    }

    [Fact]
    public async Task The_null_reverse_path_and_what_was_not_said_stay_so()
    {
        await AddAsync(Row("m1", "bob@else.test"), "text");

        var found = (await Store.FindAsync("m1", None))!;

        found.ReversePath.Should().BeNull();
        found.Sender.Should().BeNull();
        found.EnvelopeId.Should().BeNull();
        found.ReturnFull.Should().BeNull();
        found.Recipients[0].Notify.Should().BeNull("NEVER is something else");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64 * 1024)]
    [InlineData(64 * 1024 + 1)]
    [InlineData(300_000)]
    public async Task The_content_comes_back_to_the_octet(int size)
    {
        var bytes = new byte[size];
        for (var i = 0; i < size; i++)
            bytes[i] = (byte)(i * 31 + i / 251);
        await using var content = MessageStaging.FromBytes(bytes);
        await Store.AddAsync(Row("m1", "bob@else.test") with { Size = size }, content, None);

        (await ContentAsync("m1")).Should().Equal(bytes);
        (await Store.FindAsync("m1", None))!.Size.Should().Be(size);
    }

    [Fact]
    public async Task The_list_begins_with_the_oldest()
    {
        await AddAsync(Row("a", "bob@else.test") with { QueuedAt = Noon.AddHours(1) }, "later");
        await AddAsync(Row("b", "bob@else.test"), "sooner");

        (await Store.ListAsync(None)).Select(row => row.Id).Should().Equal("b", "a");
    }

    [Fact]
    public async Task A_recipient_that_is_finished_leaves_and_the_others_wait_on()
    {
        await AddAsync(Row("m1", "bob@else.test", "carla@else.test", "dora@third.test"), "text");
        var later = (await Store.FindAsync("m1", None))!.Recipients[1] with { Attempts = 3, NextAt = Noon.AddHours(2), DelayTold = true, LastError = "451 later" };

        await Store.UpdateAsync("m1", [later], [Ended(0, "bob@else.test")], None);

        var left = (await Store.FindAsync("m1", None))!.Recipients;
        left.Select(recipient => recipient.Position).Should().Equal(1, 2);
        left[0].Should().Be(later);
        left[1].Attempts.Should().Be(0);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(100_000)]
    public async Task With_its_last_recipient_a_message_is_gone(int size)
    {
        await AddAsync(Row("m1", "bob@else.test", "carla@else.test"), new string('x', size));

        await Store.UpdateAsync("m1", [], [Ended(0, "bob@else.test"), Ended(1, "eve@else.test")], None);

        (await Store.ListAsync(None)).Should().BeEmpty();
        await MissingAsync("m1");
    }

    [Fact]
    public async Task A_recipient_that_has_left_does_not_come_back()
    {
        await AddAsync(Row("m1", "bob@else.test", "carla@else.test"), "text");
        var bob = (await Store.FindAsync("m1", None))!.Recipients[0];
        await Store.UpdateAsync("m1", [], [Ended(0, "bob@else.test")], None);

        await Store.UpdateAsync("m1", [bob with { Attempts = 1 }], [], None);

        (await Store.FindAsync("m1", None))!.Recipients.Should().ContainSingle().Which.Position.Should().Be(1);
    }

    [Fact]
    public async Task An_update_does_not_bring_a_removed_message_back()
    {
        await AddAsync(Row("m1", "bob@else.test"), "text");
        var bob = (await Store.FindAsync("m1", None))!.Recipients[0];
        (await Store.RemoveAsync("m1", Noon, None)).Should().BeTrue();

        await Store.UpdateAsync("m1", [bob], [], None);

        (await Store.ListAsync(None)).Should().BeEmpty();
        await MissingAsync("m1");
    }

    [Fact]
    public async Task The_next_attempt_is_set_for_those_who_wait_and_only_in_that_message()
    {
        await AddAsync(Row("m1", "bob@else.test", "carla@else.test"), "text");
        await AddAsync(Row("m2", "bob@else.test"), "text");
        await Store.UpdateAsync("m1", [], [Ended(0, "bob@else.test")], None);

        (await Store.SetNextAsync("m1", Noon.AddDays(1), None)).Should().BeTrue();
        (await Store.SetNextAsync("m3", Noon.AddDays(1), None)).Should().BeFalse();

        (await Store.FindAsync("m1", None))!.Recipients.Should().ContainSingle().Which.NextAt.Should().Be(Noon.AddDays(1));
        (await Store.FindAsync("m2", None))!.Recipients[0].NextAt.Should().Be(Noon);
    }

    [Fact]
    public async Task What_is_due_is_found_by_domain_the_longest_wait_first()
    {
        await AddAsync(Row("m1", "bob@else.test", "eva@there.test", "eve@else.test"), "text");
        await AddAsync(At(Row("m2", "bob@else.test"), Noon.AddMinutes(-5)), "text");
        await AddAsync(At(Row("m3", "bob@else.test"), Noon.AddHours(1)), "text");
        await AddAsync(At(Row("m4", "bob@later.test"), Noon.AddHours(2)), "text");

        (await Store.DueDomainsAsync(Noon, None)).Should().Equal("else.test", "there.test");
        var due = await Store.DueAsync("else.test", Noon, NoIds, 10, None);
        due.Select(row => row.Id).Should().Equal("m2", "m1");
        due[1].Recipients.Select(one => one.Position).Should().Equal(0, 2);
        (await Store.DueAsync("else.test", Noon, new HashSet<string>(StringComparer.Ordinal) { "m2" }, 1, None)).Should().ContainSingle().Which.Id.Should().Be("m1");
        (await Store.DueAsync("later.test", Noon, NoIds, 10, None)).Should().BeEmpty();
        (await Store.NextDueAsync(Noon, None)).Should().Be(Noon.AddHours(1));
        (await Store.NextDueAsync(Noon.AddHours(2), None)).Should().BeNull();
    }

    [Fact]
    public async Task All_that_was_tried_is_due_again_and_what_waits_for_its_own_time_is_not()
    {
        var failed = At(Row("m1", "bob@else.test", "eva@else.test"), Noon.AddHours(3));
        await AddAsync(failed with { Recipients = [.. failed.Recipients.Select(one => one with { Attempts = 2 })] }, "text");
        await AddAsync(At(Row("m2", "bob@else.test"), Noon.AddHours(3)), "text");

        (await Store.SetAllNextAsync(Noon, None)).Should().Be(1);

        (await Store.DueAsync("else.test", Noon, NoIds, 10, None)).Should().ContainSingle().Which.Recipients.Should().HaveCount(2);
    }

    [Fact]
    public async Task Writes_that_come_together_fail_each_for_itself()
    {
        var adding = Enumerable.Range(0, 100).Select(i => AddAsync(Row($"m{i % 90}", "bob@else.test"), "text")).ToList();
        await Task.WhenAll(adding).ContinueWith(static _ => { }, None, TaskContinuationOptions.None, TaskScheduler.Default);

        adding.Count(add => add.IsFaulted).Should().Be(10, "ten have the number of another");
        (await Store.ListAsync(None)).Should().HaveCount(90);
    }

    [Fact]
    public async Task What_waits_for_its_time_is_found_by_its_owner_until_it_is_tried()
    {
        var row = Row("m1", "bob@else.test", "carla@else.test") with { Owner = new AccountId(7), HoldUntil = Noon.AddSeconds(10), Subject = "s", Filed = new ModSeq(9) };
        await AddAsync(row, "text");
        await AddAsync(row with { Id = "m2", HoldUntil = Noon.AddSeconds(20) }, "text");
        await AddAsync(row with { Id = "m3", HoldUntil = Noon.AddDays(1) }, "text");
        await AddAsync(row with { Id = "m4", HoldUntil = null }, "text");
        await AddAsync(row with { Id = "m5", Owner = new AccountId(8) }, "text");

        (await Store.HeldAsync(new AccountId(7), Noon.AddMinutes(1), None)).Select(found => found.Id).Should().Equal("m2", "m1");
        (await Store.FindAsync("m1", None)).Should().BeEquivalentTo(row);
        await Store.UpdateAsync("m1", [], [Ended(0, "bob@else.test")], None);
        await Store.UpdateAsync("m2", [row.Recipients[0] with { Attempts = 1 }], [], None);

        (await Store.HeldAsync(new AccountId(7), Noon.AddMinutes(1), None)).Should().BeEmpty();
        (await Store.CallBackAsync("m1", Noon, None)).Should().BeFalse("one has it");
        (await Store.CallBackAsync("m2", Noon, None)).Should().BeFalse("it was tried");
        (await Store.CallBackAsync("m3", Noon, None)).Should().BeTrue();
        (await Store.CallBackAsync("m3", Noon, None)).Should().BeFalse();
        await MissingAsync("m3");
    }

    [Fact]
    public async Task What_is_not_there_is_not_removed()
    {
        (await Store.RemoveAsync("m1", Noon, None)).Should().BeFalse();
        (await Store.FindAsync("m1", None)).Should().BeNull();
        await MissingAsync("m1");
    }

    private protected static FinishedRecipient Ended(int position, string address) => new(
        position, new FateRow(Address(address), TraceState.HandedOver, Noon.AddHours(1), "2.0.0", "250 taken", "mx.else.test", WireSecurity.Certified));

    private protected async Task AddAsync(QueuedRow row, string text)
    {
        await using var content = MessageStaging.FromBytes(Encoding.ASCII.GetBytes(text));
        await Store.AddAsync(row, content, None);
    }

    private protected async Task<byte[]> ContentAsync(string id, IQueueStore? store = null)
    {
        using var copy = new MemoryStream();
        await (store ?? Store).CopyContentAsync(id, copy, None);
        return copy.ToArray();
    }

    private static QueuedRow At(QueuedRow row, DateTimeOffset next) =>
        row with { Recipients = [.. row.Recipients.Select(recipient => recipient with { NextAt = next })] };

    private protected static QueuedRow Row(string id, params string[] recipients) => new(
        id, null, null, null, null, Noon, 4,
        [.. recipients.Select((recipient, i) => new QueuedRecipient(i, Address(recipient), null, null, 0, Noon, false, null))]);

    private async Task MissingAsync(string id) =>
        (await FluentActions.Awaiting(() => ContentAsync(id)).Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoSuchMessage);

    private static EmailAddress Address(string text) =>
        EmailAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text, nameof(text));
}
