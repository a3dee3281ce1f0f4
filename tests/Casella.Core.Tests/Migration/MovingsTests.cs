using System.Net;
using Casella.Core.Archives;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Filtering.Spam;
using Casella.Core.Migration;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Core.Tests.Migration;

/// <summary>A member brings the old mailbox over: seen while it comes, stopped, gone on with, and only while it is theirs to fill.</summary>
public sealed class MovingsTests
{
    private static readonly OldPlace Old = new("old.example", "anna", HasPop3: false);

    [Fact]
    public async Task It_comes_is_told_folder_by_folder_and_comes_once()
    {
        var servers = new PlayedServers();
        await using var house = await OpenAsync(servers);
        var anna = await AnnaAsync(house, MemberRights.All);

        var moving = await EndAsync(house.Get<Movings>().Start(anna, Old, "secret"));

        (moving.State, moving.Outcome!.Copied, moving.Outcome.Differences.Count).Should().Be((MovingState.Done, 2, 0));
        moving.Folders().Should().Equal(new MigrationStep("INBOX", 2, 2));
        servers.Passwords.Should().Equal("secret");
        var again = await EndAsync(house.Get<Movings>().Start(anna, Old, "secret"));
        (again.Outcome!.Copied, again.Outcome.Present).Should().Be((0, 2));
        house.Get<Movings>().Last(anna.Account).Should().BeSameAs(again);
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_line_that_breaks_is_tried_again_and_what_is_final_is_not()
    {
        var servers = new PlayedServers { Troubles = { OldServerProblem.Unreachable } };
        await using var house = await OpenAsync(servers);
        var anna = await AnnaAsync(house, MemberRights.All);

        var moving = house.Get<Movings>().Start(anna, Old, "secret");
        await UntilAsync(() => moving.Trouble is not null);
        moving.IsOver.Should().BeFalse();
        house.Time.Advance(TimeSpan.FromSeconds(10));
        (await EndAsync(moving)).Outcome!.Copied.Should().Be(2);

        servers.Troubles.Add(OldServerProblem.SignInRefused);
        var refused = await EndAsync(house.Get<Movings>().Start(anna, Old, "wrong"));
        (refused.State, refused.Trouble!.Problem).Should().Be((MovingState.Failed, OldServerProblem.SignInRefused));
    }

    [Fact]
    public async Task Who_stops_it_or_loses_the_mailbox_fills_it_no_longer()
    {
        var servers = new PlayedServers { Hold = new TaskCompletionSource() };
        await using var house = await OpenAsync(servers);
        var anna = await AnnaAsync(house, MemberRights.All);

        var stopped = house.Get<Movings>().Start(anna, Old, "secret");
        house.Get<Movings>().Start(anna, Old with { Server = "other.example" }, "secret").Should().BeSameAs(stopped, "one at a time comes into a mailbox");
        await UntilAsync(() => servers.Passwords.Count == 1);
        stopped.Stop();
        (await EndAsync(stopped)).State.Should().Be(MovingState.Stopped);

        var ended = house.Get<Movings>().Start(anna, Old, "secret");
        await UntilAsync(() => servers.Passwords.Count == 2);
        await house.People.RemoveMemberAsync("info@example.test", "anna", House.Cancelled);
        (await EndAsync(ended)).State.Should().Be(MovingState.Stopped);
        (await house.ReadAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task Who_does_not_manage_a_mailbox_does_not_fill_it()
    {
        await using var house = await OpenAsync(new PlayedServers());
        var anna = await AnnaAsync(house, MemberRights.Read | MemberRights.Work | MemberRights.SendAs);

        FluentActions.Invoking(() => house.Get<Movings>().Start(anna, Old, "secret")).Should().Throw<MailException>().Which.Error.Should().Be(MailError.NoPermission);
    }

    private static Task<House> OpenAsync(PlayedServers servers) => House.OpenAsync(
        new SpamOptions(), services => services.AddSingleton<IOldServers>(servers).AddCasellaMovings(), "info");

    private static async Task<SignedIn> AnnaAsync(House house, MemberRights rights)
    {
        var phone = await house.AddPhoneAsync("info", "anna", rights);
        return await house.Get<Authenticator>().SignInAsync(
            new SignInAttempt("info@example.test", phone.Password, AccessProtocol.Imap, IPAddress.Loopback), House.Cancelled);
    }

    private static async Task<Moving> EndAsync(Moving moving)
    {
        await UntilAsync(() => moving.IsOver);
        return moving;
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (var looks = 0; !isSo(); looks++)
        {
            looks.Should().BeLessThan(1_000);
            await Task.Delay(10, House.Cancelled);
        }
    }

    private sealed class PlayedServers : IOldServers
    {
        /// <summary>Of the next sign-ins; then it works.</summary>
        public List<OldServerProblem> Troubles { get; } = [];

        /// <summary>So long nobody gets in.</summary>
        public TaskCompletionSource? Hold { get; init; }

        public List<string> Passwords { get; } = [];

        public async Task<IOldMailbox> OpenAsync(OldPlace place, string password, CancellationToken cancellationToken)
        {
            Passwords.Add(password);
            if (Hold is { } hold)
                await hold.Task.WaitAsync(cancellationToken);
            if (Troubles.Count == 0)
                return new PlayedOldMailbox { Folders = { new PlayedFolder("INBOX", "INBOX").Add(1, "Subject: a\r\n\r\na\r\n").Add(2, "Subject: b\r\n\r\nb\r\n") } };
            var trouble = Troubles[0];
            Troubles.RemoveAt(0);
            throw new OldServerException(trouble, "no");
        }
    }
}
