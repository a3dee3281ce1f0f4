using System.Text;
using Casella.Core.Directory;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Core.Tests.Directory;

/// <summary>These tests pay little for their passwords; whoever registers nothing else pays the full price.</summary>
public sealed class PasswordCostsTests
{
    [Fact]
    public void Nothing_else_is_said_by_the_directory_itself()
    {
        using var services = new ServiceCollection().AddCasellaDirectory(new SignInOptions()).BuildServiceProvider();

        services.GetRequiredService<PasswordCosts>().Should().Be(PasswordCosts.Full);
    }

    [Fact]
    public async Task Argon2id_costs_19_MiB_and_two_passes()
    {
        using var hasher = new PasswordHasher(new SignInOptions(), PasswordCosts.Full);

        var hash = await hasher.HashAsync(Encoding.UTF8.GetBytes(House.Password), House.Cancelled);

        hash.Should().StartWith("$argon2id$v=19$m=19456,t=2,p=1$");
    }

    [Fact]
    public async Task Scram_has_as_many_rounds_as_clients_take()
    {
        await using var house = await House.OpenAsync(new(), static services => services.AddSingleton(PasswordCosts.Full));

        (await house.Get<ScramSecrets>().SaltAsync("info@example.test", House.Cancelled)).Iterations.Should().Be(65_536);
    }
}
