using System.Net;
using Casella.Core.Changes;
using Casella.Core.Directory;

namespace Casella.Core.Tests.Directory;

/// <summary>Signing in by a certificate that has been found good: it names the mailbox, and its fingerprint the device.</summary>
public sealed class CertificateSignInTests : IAsyncLifetime
{
    private const string Info = "info@example.test";
    private const string Board = "board@example.test";
    private static readonly IPAddress Office = IPAddress.Parse("192.0.2.10");
    private static readonly ClientCertificate Annas = new("aa11", [Info, "INFO@example.test", "not an address"]);
    private House _house = null!;
    private DeviceInfo _laptop = null!;

    private static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _house = await House.OpenAsync("info", "board");
        await _house.AddPhoneAsync("info", "anna");
        _laptop = await AddAsync(Info, "laptop", Annas);
        await _house.Directory.RecoverAsync(None);
    }

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("Info@Example.test")]
    public async Task The_device_and_its_person_are_known(string userName)
    {
        var signedIn = await SignInAsync(userName, Annas);

        signedIn.Address.ToString().Should().Be(Info);
        signedIn.Actor.Device.Should().Be(_laptop.Id);
        signedIn.Actor.Person.Should().Be(_laptop.Person!.Id);
        var listed = (await _house.Devices.ListAsync(Info, None)).Single(device => device.Id == _laptop.Id);
        listed.HasCertificate.Should().BeTrue();
        listed.LastUse.Should().NotBeNull();
    }

    [Fact]
    public async Task What_is_not_in_the_certificate_or_not_registered_is_nobody()
    {
        (await ErrorOfAsync(Board, Annas)).Should().Be(MailError.SignInFailed);
        (await ErrorOfAsync("", Annas with { Fingerprint = "bb22" })).Should().Be(MailError.SignInFailed);
        (await ErrorOfAsync("", Annas with { Addresses = [] })).Should().Be(MailError.SignInFailed);
        // With two addresses the client must say which it means.
        (await ErrorOfAsync("", Annas with { Addresses = [Info, Board] })).Should().Be(MailError.SignInFailed);
        (await ErrorOfAsync(Board, Annas with { Addresses = [Info, Board] })).Should().Be(MailError.SignInFailed);
        (await SignInAsync(Info, Annas with { Addresses = [Info, Board] })).Actor.Device.Should().Be(_laptop.Id);
    }

    [Fact]
    public async Task It_ends_with_its_device_and_may_begin_again_with_another()
    {
        await _house.Devices.RevokeAsync(Info, "laptop", None);
        (await ErrorOfAsync("", Annas)).Should().Be(MailError.SignInFailed);

        var again = await AddAsync(Info, "laptop again", Annas);
        (await SignInAsync("", Annas)).Actor.Device.Should().Be(again.Id);
    }

    [Fact]
    public async Task One_certificate_is_one_device_of_a_mailbox_and_only_of_one_that_it_names()
    {
        await FluentActions.Awaiting(() => AddAsync(Info, "second", Annas)).Should().ThrowAsync<DirectoryRuleException>().WithMessage("*laptop*");
        await FluentActions.Awaiting(() => AddAsync(Info, "other", new ClientCertificate("cc33", [Board]))).Should()
            .ThrowAsync<DirectoryRuleException>().WithMessage("*subjectAltName*");
    }

    [Fact]
    public async Task The_common_password_stays_what_it_is_and_SCRAM_is_offered()
    {
        _house.Get<Authenticator>().OffersScram.Should().BeTrue();
        var signedIn = await _house.Get<Authenticator>().SignInAsync(new SignInAttempt(Info, House.Password, AccessProtocol.Imap, Office), None);
        signedIn.Actor.Name.Should().Be(MailDirectory.CommonPassword);
        await _house.Devices.RevokeAsync(Info, MailDirectory.CommonPassword, None);
        (await SignInAsync("", Annas)).Actor.Device.Should().Be(_laptop.Id);
    }

    [Fact]
    public async Task A_device_is_for_its_protocols_only() =>
        (await FluentActions.Awaiting(() => _house.Get<Authenticator>().SignInAsync(new CertificateAttempt("", Annas, AccessProtocol.Pop3, Office), None))
            .Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.ProtocolNotAllowed);

    private Task<DeviceInfo> AddAsync(string address, string name, ClientCertificate certificate) => _house.Devices.AddWithCertificateAsync(
        new DeviceToAdd(address, "anna", name, DeviceProtocols.Imap | DeviceProtocols.Smtp), certificate, None);

    private Task<SignedIn> SignInAsync(string userName, ClientCertificate certificate) =>
        _house.Get<Authenticator>().SignInAsync(new CertificateAttempt(userName, certificate, AccessProtocol.Imap, Office), None);

    private async Task<MailError> ErrorOfAsync(string userName, ClientCertificate certificate) =>
        (await FluentActions.Awaiting(() => SignInAsync(userName, certificate)).Should().ThrowAsync<MailException>()).Which.Error;
}
