using System.Net;
using System.Security.Cryptography;
using System.Text;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Storage;

namespace Casella.Core.Tests.Directory;

/// <summary>Signing in by SCRAM: every password of a mailbox, the proof tells which (docs/adr/0019).</summary>
public sealed class ScramSignInTests : IAsyncLifetime
{
    private const string Address = "info@example.test";
    private static readonly IPAddress Office = IPAddress.Parse("192.0.2.10");
    private House _house = null!;
    private AddedDevice _phone = null!;

    private static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info", "board");
        _phone = await _house.AddPhoneAsync("info", "anna", MemberRights.Read | MemberRights.Work);
        await _house.Directory.RecoverAsync(None);
    }

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public void The_keys_are_those_of_RFC_7677()
    {
        const string authMessage =
            "n=user,r=rOprNGfwEbeRWgbNEkqO," +
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096," +
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        var key = ScramKey.Derive("pencil"u8, new ScramSalt(Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096));

        key.Proves(Convert.FromBase64String("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="), Encoding.UTF8.GetBytes(authMessage)).Should().BeTrue();
        Convert.ToBase64String(key.Sign(Encoding.UTF8.GetBytes(authMessage))).Should().Be("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    [Theory]
    [InlineData("I\u00ADX", "IX")]
    [InlineData("user", "user")]
    [InlineData("USER", "USER")]
    [InlineData("\u00AA", "a")]
    [InlineData("\u2168", "IX")]
    [InlineData("\u0007", null)]
    [InlineData("\u0627\u0031", null)]
    [InlineData("perché\u00A0no", "perché no")]
    public void SASLprep_is_that_of_RFC_4013(string text, string? prepared) => SaslPrep.Prepare(text).Should().Be(prepared);

    [Fact]
    public async Task Every_password_of_the_mailbox_is_proved_under_one_salt_and_tells_who_it_is()
    {
        var marco = await _house.AddPhoneAsync("info", "marco");

        (await SignInAsync(_phone.Password)).Actor.Name.Should().Be("anna's phone");
        (await SignInAsync(marco.Password)).Actor.Person.Should().Be(marco.Device.Person!.Id);
        (await SignInAsync(House.Password)).Actor.Name.Should().Be(MailDirectory.CommonPassword);
        (await ErrorOfAsync("wrong-password")).Should().Be(MailError.SignInFailed);
        (await ErrorOfAsync(_phone.Password, "board@example.test")).Should().Be(MailError.SignInFailed);
    }

    [Theory]
    [InlineData("-")]
    [InlineData("")]
    [InlineData(" ")]
    public async Task A_devices_password_is_proved_with_dashes_or_spaces_or_neither(string between) =>
        (await SignInAsync(_phone.Password.Replace("-", between, StringComparison.Ordinal))).Actor.Device.Should().Be(_phone.Device.Id);

    [Fact]
    public async Task A_name_that_nobody_has_gets_a_salt_that_stays_the_same_and_is_its_own()
    {
        var nobody = await SaltAsync("nobody@example.test");

        (await SaltAsync("Nobody@Example.Test")).Salt.Should().Equal(nobody.Salt);
        nobody.Iterations.Should().Be((await SaltAsync(Address)).Iterations).And.BeGreaterThanOrEqualTo(4096);
        nobody.Salt.Should().HaveCount(16).And.NotEqual((await SaltAsync(Address)).Salt);
        await _house.ReopenAsync();
        (await SaltAsync("nobody@example.test")).Salt.Should().Equal(nobody.Salt);
        (await ErrorOfAsync("whatever-it-is", "nobody@example.test")).Should().Be(MailError.SignInFailed);
    }

    [Fact]
    public async Task Wrong_proofs_spend_the_budget_of_wrong_passwords_and_right_ones_nothing()
    {
        for (var i = 0; i < 60; i++)
            await SignInAsync(House.Password);

        var errors = new List<MailError>();
        for (var i = 0; i < 40; i++)
            errors.Add(await ErrorOfAsync("wrong-password"));

        errors[0].Should().Be(MailError.SignInFailed);
        errors[^1].Should().Be(MailError.TooManySignIns);
    }

    [Fact]
    public async Task A_password_that_was_taken_away_opens_nothing_and_its_phone_spends_nothing()
    {
        await _house.Devices.RevokeAsync(Address, "anna's phone", None);
        await _house.Devices.SetCommonPasswordAsync(Address, "another-password-7", None);

        for (var i = 0; i < 60; i++)
        {
            (await ErrorOfAsync(_phone.Password)).Should().Be(MailError.SignInFailed);
            (await ErrorOfAsync(House.Password)).Should().Be(MailError.SignInFailed);
        }

        (await SignInAsync("another-password-7")).Rights.Should().Be(MemberRights.All);
        await _house.Devices.SetCommonPasswordAsync(Address, House.Password, None);
        (await SignInAsync(House.Password)).Rights.Should().Be(MemberRights.All);
    }

    [Fact]
    public async Task For_another_protocol_the_proof_is_right_and_not_for_that()
    {
        var printer = await _house.AddPhoneAsync("board", "bea", protocols: DeviceProtocols.Smtp);

        (await ErrorOfAsync(printer.Password, "board@example.test")).Should().Be(MailError.ProtocolNotAllowed);
    }

    [Fact]
    public async Task It_is_offered_when_the_last_password_of_before_has_got_its_keys()
    {
        await using var old = House.Open("version1.zip");
        await old.Directory.RecoverAsync(None);
        var authenticator = old.Get<Authenticator>();
        authenticator.OffersScram.Should().BeFalse("a client that prefers it would be refused");

        await authenticator.SignInAsync(new SignInAttempt(Address, House.Password, AccessProtocol.Imap, Office), None);

        authenticator.OffersScram.Should().BeTrue();
        (await ProveAsync(authenticator, Address, House.Password)).SignedIn.Address.ToString().Should().Be(Address);
    }

    [Fact]
    public async Task The_mailbox_has_an_end_of_devices()
    {
        for (var i = 2; i < DirectoryRules.MaxDevices; i++)
            await AddRowAsync(i);

        (await SignInAsync(_phone.Password)).Actor.Device.Should().Be(_phone.Device.Id);
        var add = () => _house.Devices.AddAsync(new DeviceToAdd(Address, "anna", "one more", DeviceProtocols.All), None);
        await add.Should().ThrowAsync<DirectoryRuleException>();
    }

    private async Task<DeviceId?> AddRowAsync(int number) => await _house.Get<IPeopleStore>().AddDeviceAsync(
        new NewDevice((await _house.Directory.AccountAsync(Address, None)).Id, _phone.Device.Person!.Id, $"row {number}", $"r{number}", "hash", DeviceProtocols.All, _house.Time.GetUtcNow())
        {
            ScramKeys = [.. Enumerable.Range(0, 3).Select(_ => new ScramKey(RandomNumberGenerator.GetBytes(32), new byte[32]))],
        },
        None);

    private ValueTask<ScramSalt> SaltAsync(string name) => _house.Get<Authenticator>().ScramSaltAsync(name, None);

    private async Task<SignedIn> SignInAsync(string password, string address = Address) =>
        (await ProveAsync(_house.Get<Authenticator>(), address, password)).SignedIn;

    private async Task<MailError> ErrorOfAsync(string password, string address = Address) =>
        (await Assert.ThrowsAsync<MailException>(() => SignInAsync(password, address))).Error;

    /// <summary>What a client does, and the check that it makes.</summary>
    private static async Task<ScramSignedIn> ProveAsync(Authenticator authenticator, string address, string password)
    {
        var salt = await authenticator.ScramSaltAsync(address, None);
        var authMessage = Encoding.UTF8.GetBytes($"n={address},r=client,r=clientserver,c=biws,r=clientserver");
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, salt.Salt, salt.Iterations, HashAlgorithmName.SHA256, 32);
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var signature = HMACSHA256.HashData(SHA256.HashData(clientKey), authMessage);
        var proof = clientKey.Select((octet, i) => (byte)(octet ^ signature[i])).ToArray();
        var result = await authenticator.SignInAsync(
            new ScramAttempt(address, new ScramProof(proof, authMessage), AccessProtocol.Imap, Office), None);
        result.ServerSignature.Should().Equal(HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), authMessage));
        return result;
    }
}
