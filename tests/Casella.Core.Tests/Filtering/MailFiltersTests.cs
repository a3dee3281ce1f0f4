using Casella.Core.Changes;
using Casella.Core.Changes.History;
using Casella.Core.Directory;
using Casella.Core.Filtering;
using Casella.Formats.Sieve;

namespace Casella.Core.Tests.Filtering;

/// <summary>The scripts of a mailbox: kept, one active, each change by somebody, the texts before kept too.</summary>
public sealed class MailFiltersTests : IAsyncLifetime
{
    private House _house = null!;

    public async ValueTask InitializeAsync() => _house = await House.OpenAsync("info");

    public async ValueTask DisposeAsync()
    {
        (await _house.VerifyAsync("info")).Should().BeEmpty();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task Put_get_activate_rename_delete()
    {
        var filters = await FiltersAsync();
        await filters.PutAsync("uno", "keep;", House.Cancelled);
        await filters.PutAsync("due", "discard;", House.Cancelled);
        await filters.ActivateAsync("due", House.Cancelled);
        await _house.ReopenAsync();
        filters = await FiltersAsync();

        (await filters.ListAsync(House.Cancelled)).Select(script => (script.Name, script.IsActive)).Should().Equal(("due", true), ("uno", false));
        (await filters.GetAsync("due", House.Cancelled)).Should().Be("discard;");
        await Failing(() => filters.DeleteAsync("due", House.Cancelled), MailError.ScriptIsActive);
        await Failing(() => filters.RenameAsync("due", "uno", House.Cancelled), MailError.ScriptExists);
        await Failing(() => filters.ActivateAsync("tre", House.Cancelled), MailError.NoSuchScript);
        await filters.RenameAsync("due", "tre", House.Cancelled);
        (await filters.ListAsync(House.Cancelled)).Single(script => script.IsActive).Name.Should().Be("tre");
        await filters.ActivateAsync(null, House.Cancelled);
        await filters.DeleteAsync("tre", House.Cancelled);
        (await filters.ListAsync(House.Cancelled)).Should().ContainSingle();
        await Failing(() => filters.GetAsync("tre", House.Cancelled), MailError.NoSuchScript);
    }

    [Fact]
    public async Task A_script_with_mistakes_leaves_the_one_of_before()
    {
        var filters = await FiltersAsync();
        await filters.PutAsync("uno", "keep;", House.Cancelled);
        await FluentActions.Awaiting(() => filters.PutAsync("uno", "kep;", House.Cancelled)).Should().ThrowAsync<SieveScriptException>();
        (await filters.GetAsync("uno", House.Cancelled)).Should().Be("keep;");
    }

    [Fact]
    public async Task What_a_script_was_before_is_kept_for_a_while()
    {
        var filters = await FiltersAsync();
        for (var i = 0; i < 30; i++)
            await filters.PutAsync("uno", $"keep; # {i}", House.Cancelled);
        await filters.PutAsync("uno", "keep; # 29", House.Cancelled);
        var versions = await filters.VersionsAsync("uno", House.Cancelled);
        versions.Should().HaveCount(20);
        (await filters.GetVersionAsync(versions[0].Number, House.Cancelled)).Should().Be("keep; # 29");
        (await filters.GetVersionAsync(versions[1].Number, House.Cancelled)).Should().Be("keep; # 28");
        await filters.DeleteAsync("uno", House.Cancelled);
        (await filters.VersionsAsync("uno", House.Cancelled)).Should().HaveCount(20, "what is deleted can be looked up");
    }

    [Fact]
    public async Task There_is_an_end_to_their_number_and_size()
    {
        var filters = await FiltersAsync();
        for (var i = 0; i < MailFilters.MaxScripts; i++)
            await filters.PutAsync($"s{i}", "keep;", House.Cancelled);
        await Failing(() => filters.PutAsync("uno di troppo", "keep;", House.Cancelled), MailError.TooManyScripts);
        await Failing(() => filters.CheckRoomAsync("uno di troppo", 1, House.Cancelled), MailError.TooManyScripts);
        await filters.CheckRoomAsync("s1", 100_000, House.Cancelled);
        await Failing(() => filters.CheckRoomAsync("s1", MailFilters.MaxTotal, House.Cancelled), MailError.TooManyScripts);
    }

    [Fact]
    public async Task Changes_are_of_somebody_and_only_of_who_manages()
    {
        var phone = await _house.AddPhoneAsync("info", "anna", MemberRights.Read | MemberRights.Work);
        var member = new Actor(phone.Device.Person!.Id, phone.Device.Id, AccessProtocol.ManageSieve, "Anna's phone") { Rights = MemberRights.Read | MemberRights.Work };
        var hers = (await _house.DoorAsync("info", member)).Filters;
        await Failing(() => hers.PutAsync("uno", "keep;", House.Cancelled), MailError.NoPermission);
        (await hers.ListAsync(House.Cancelled)).Should().BeEmpty();

        await (await FiltersAsync()).PutAsync("uno", "keep;", House.Cancelled);
        await (await FiltersAsync()).ActivateAsync("uno", House.Cancelled);
        var account = await _house.DoorAsync("info");
        var entries = await account.History.ReadAsync(new HistoryRequest { Limit = 2 }, House.Cancelled);
        var words = new HistoryWords(Core.Policies.Language.Italian, new ActorNames(new Dictionary<PersonId, string>(), new Dictionary<DeviceId, string>()));
        string.Join('\n', entries.Select(words.Of)).Should().Contain("ha attivato il filtro «uno»").And.Contain("ha salvato il filtro «uno»");
    }

    private async Task<MailFilters> FiltersAsync() => (await _house.DoorAsync("info")).Filters;

    private static async Task Failing(Func<Task> act, MailError error) =>
        (await FluentActions.Awaiting(act).Should().ThrowAsync<MailException>()).Which.Error.Should().Be(error);
}
