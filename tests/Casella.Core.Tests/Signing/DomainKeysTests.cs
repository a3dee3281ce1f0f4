using System.Text;
using Casella.Core.Signing;
using Casella.Formats.SenderRecords;
using Casella.Formats.Signatures;

namespace Casella.Core.Tests.Signing;

public sealed class DomainKeysTests
{
    [Fact]
    public async Task A_domain_gets_its_keys_once()
    {
        await using var house = await House.OpenAsync();
        await Keys(house).EnsureAsync("example.test", House.Cancelled);
        await Keys(house).EnsureAsync("example.test", House.Cancelled);
        await Keys(house).EnsureAsync("elsewhere.test", House.Cancelled);

        var keys = await Keys(house).ListAsync("example.test", House.Cancelled);
        keys.Select(key => $"{key.Selector} {key.Type} {key.State}").Should().Equal("e202611 Ed25519 Signing", "r202611 Rsa Signing");
        keys.Should().OnlyContain(key => DkimKeyRecord.Parse(key.Record) != null);
        (await Keys(house).ListAsync("elsewhere.test", House.Cancelled)).Should().BeEmpty("it is not ours");
        await house.ReopenAsync();
        (await Keys(house).ListAsync("example.test", House.Cancelled)).Should().BeEquivalentTo(keys);
    }

    [Fact]
    public async Task Keys_are_changed_in_two_steps()
    {
        await using var house = await House.OpenAsync();
        await Keys(house).EnsureAsync("example.test", House.Cancelled);
        await Keys(house).ActivateAsync("example.test", House.Cancelled);
        (await StatesAsync(house)).Should().Equal("e202611 Signing", "r202611 Signing");
        await Keys(house).PrepareAsync("example.test", House.Cancelled);
        await Keys(house).PrepareAsync("example.test", House.Cancelled);
        (await StatesAsync(house)).Should().Equal("e202611 Signing", "e202611a Waiting", "r202611 Signing", "r202611a Waiting");
        await Keys(house).ActivateAsync("example.test", House.Cancelled);
        (await StatesAsync(house)).Should().Equal("e202611 Retired", "e202611a Signing", "r202611 Retired", "r202611a Signing");
        house.Time.Advance(TimeSpan.FromDays(31));
        await Keys(house).PrepareAsync("example.test", House.Cancelled);
        await Keys(house).ActivateAsync("example.test", House.Cancelled);
        (await StatesAsync(house)).Should().Equal("e202611a Retired", "e202612 Signing", "r202611a Retired", "r202612 Signing");
    }

    [Fact]
    public async Task The_keys_go_with_the_domain()
    {
        await using var house = await House.OpenAsync();
        await house.Directory.AddDomainAsync("short.test", House.Cancelled);
        await Keys(house).EnsureAsync("short.test", House.Cancelled);
        await house.Directory.RemoveDomainAsync("short.test", House.Cancelled);
        Keys(house).Forget();
        (await Keys(house).ListAsync("short.test", House.Cancelled)).Should().BeEmpty();
    }

    [Fact]
    public async Task What_leaves_is_signed_by_the_domain_that_the_reader_sees()
    {
        await using var house = await House.OpenAsync();
        await Keys(house).EnsureAsync("example.test", House.Cancelled);
        var text = await SignAsync(house, "From: Anna <anna@example.test>\r\nTo: bea@elsewhere.test\r\nSubject: s\r\nSubject: t\r\n\r\nhello \r\n\r\n");

        var header = SignedHeader.Read(Encoding.UTF8.GetBytes(text[..(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)]));
        var signatures = header.Fields.Take(2).Select(field => MessageSignature.Parse(field, isArc: false)!).ToList();
        signatures.Select(signature => $"{signature.Algorithm} {signature.KeyName}")
            .Should().Equal("Ed25519Sha256 e202611._domainkey.example.test", "RsaSha256 r202611._domainkey.example.test");
        // Once more than it is there: nobody can add another.
        signatures[0].Headers.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Select(group => $"{group.Key}={group.Count()}")
            .Should().Contain(["From=2", "To=2", "Subject=3", "Cc=1", "Date=1", "Reply-To=1"]);
        signatures.Should().OnlyContain(signature => signature.Length == null && signature.IsHeaderRelaxed && signature.IsBodyRelaxed);
        text.Split("\r\n").Should().OnlyContain(line => line.Length <= 100);
    }

    [Theory]
    [InlineData("From: anna@elsewhere.test\r\n\r\nx")]
    [InlineData("\r\nno header")]
    public async Task What_is_not_ours_is_not_signed(string message)
    {
        await using var house = await House.OpenAsync();
        await Keys(house).EnsureAsync("example.test", House.Cancelled);
        (await SignAsync(house, message)).Should().Be(message);
    }

    private static DomainKeys Keys(House house) => house.Get<DomainKeys>();

    private static async Task<IEnumerable<string>> StatesAsync(House house) =>
        (await Keys(house).ListAsync("example.test", House.Cancelled)).Select(key => $"{key.Selector} {key.State}").Order(StringComparer.Ordinal);

    private static async Task<string> SignAsync(House house, string text)
    {
        await using var message = House.Message(text);
        var signed = await house.Get<OutgoingSigner>().SignAsync(message, null, House.Cancelled);
        await using var stream = signed.OpenRead();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(House.Cancelled);
    }
}
