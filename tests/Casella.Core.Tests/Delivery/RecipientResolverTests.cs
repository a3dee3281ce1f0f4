using Casella.Core.Delivery;

namespace Casella.Core.Tests.Delivery;

public sealed class RecipientResolverTests
{
    [Theory]
    [InlineData("anna@example.test", "anna@example.test", null)]
    [InlineData("ANNA@EXAMPLE.TEST", "anna@example.test", null)]
    [InlineData("anna+news@example.test", "anna@example.test", "news")]
    [InlineData("all@example.test", "anna@example.test bea@example.test", null)]
    [InlineData("board+x@example.test", "anna@example.test bea@example.test", "x")]
    [InlineData("postmaster@example.test", "anna@example.test", null)]
    public async Task An_address_of_ours_leads_to_mailboxes(string address, string accounts, string? detail)
    {
        await using var house = await OpenAsync();
        var local = (await house.Resolver.ResolveAsync(House.Address(address), House.Cancelled)).Should().BeOfType<Resolution.Local>().Subject;
        string.Join(' ', local.Accounts.Select(account => account.Address)).Should().Be(accounts);
        local.Detail.Should().Be(detail);
    }

    [Fact]
    public async Task What_is_not_there_is_unknown_and_what_is_not_ours_is_remote()
    {
        await using var house = await OpenAsync();
        (await house.Resolver.ResolveAsync(House.Address("nobody@example.test"), House.Cancelled)).Should().BeOfType<Resolution.Unknown>();
        (await house.Resolver.ResolveAsync(House.Address("anna@example.org"), House.Cancelled)).Should().BeOfType<Resolution.Remote>();
    }

    [Fact]
    public async Task A_change_of_the_directory_counts_at_once()
    {
        await using var house = await OpenAsync();
        var address = House.Address("new@example.test");
        (await house.Resolver.ResolveAsync(address, House.Cancelled)).Should().BeOfType<Resolution.Unknown>();
        await house.AddAsync("new");
        (await house.Resolver.ResolveAsync(address, House.Cancelled)).Should().BeOfType<Resolution.Local>();
        await house.Directory.RemoveAccountAsync("new@example.test", House.Cancelled);
        (await house.Resolver.ResolveAsync(address, House.Cancelled)).Should().BeOfType<Resolution.Unknown>();
    }

    [Fact]
    public async Task An_office_that_names_a_postmaster_gets_his_mail()
    {
        await using var house = await OpenAsync();
        await house.Directory.AddAliasAsync("postmaster@example.test", "bea@example.test", House.Cancelled);
        var postmaster = (await house.Resolver.PostmasterAsync(House.Cancelled))!;
        var local = (Resolution.Local)await house.Resolver.ResolveAsync(postmaster, House.Cancelled);
        local.Accounts.Single().Address.ToString().Should().Be("bea@example.test");
    }

    private static async Task<House> OpenAsync()
    {
        var house = await House.OpenAsync("anna", "bea");
        await house.Directory.AddAliasAsync("all@example.test", "anna@example.test", House.Cancelled);
        await house.Directory.AddAliasAsync("all@example.test", "bea@example.test", House.Cancelled);
        await house.Directory.AddAliasAsync("board@example.test", "all@example.test", House.Cancelled);
        return house;
    }
}
