using System.Security.Cryptography;
using System.Text;
using AwesomeAssertions;
using Casella.Net.Connections;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Casella.Imap.Tests.Wire;

/// <summary>SCRAM as it goes over the wire, by a client that can also cheat (RFC 5802 §6, §7).</summary>
public sealed class ScramTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private WireClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(
            services => services.AddCasellaImap(new ImapOptions()), services => [(TlsMode.Implicit, services.GetRequiredService<ImapProtocol>())]);
        _client = await WireClient.ConnectAsync(_server.Ports[0], tls: true);
        (await _client.LineAsync()).Should().Contain(" AUTH=SCRAM-SHA-256-PLUS AUTH=SCRAM-SHA-256 AUTH=PLAIN");
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Both_sides_prove_that_they_know_the_password(bool isInitial)
    {
        if (isInitial)
        {
            await _client.SendAsync($"a AUTHENTICATE SCRAM-SHA-256 {Base64($"n,,n={TestServer.Address},r=abc")}");
        }
        else
        {
            await _client.SendAsync("a AUTHENTICATE scram-sha-256");
            (await _client.LineAsync()).Should().Be("+ ");
            await _client.SendAsync(Base64($"n,,n={TestServer.Address},r=abc"));
        }

        var (final, signature) = Prove(await ChallengeAsync(), "n,,"u8);
        await _client.SendAsync(Base64(final));
        (await ChallengeAsync()).Should().Be($"v={signature}");
        await _client.SendAsync("");
        (await _client.LineAsync()).Should().StartWith("a OK [CAPABILITY ");
    }

    [Fact]
    public async Task Plus_is_tied_to_the_certificate_that_the_client_saw()
    {
        const string header = "p=tls-server-end-point,,";
        await _client.SendAsync($"a AUTHENTICATE SCRAM-SHA-256-PLUS {Base64($"{header}n={TestServer.Address},r=abc")}");
        var seen = SHA256.HashData(_client.ServerCertificate);
        var (final, _) = Prove(await ChallengeAsync(), [.. Encoding.ASCII.GetBytes(header), .. seen]);
        await _client.SendAsync(Base64(final));
        (await ChallengeAsync()).Should().StartWith("v=");
        await _client.SendAsync("");
        (await _client.LineAsync()).Should().StartWith("a OK ");
    }

    [Theory]
    [InlineData("SCRAM-SHA-256", "y,,", "a NO [AUTHENTICATIONFAILED]")]            // somebody has hidden PLUS from it
    [InlineData("SCRAM-SHA-256", "p=tls-exporter,,", "a BAD ")]
    [InlineData("SCRAM-SHA-256-PLUS", "n,,", "a BAD ")]
    [InlineData("SCRAM-SHA-256-PLUS", "p=tls-unique,,", "a NO [AUTHENTICATIONFAILED]")]   // not in TLS 1.3
    [InlineData("SCRAM-SHA-256", "n,a=other@example.test,", "a NO [AUTHORIZATIONFAILED]")]
    public async Task What_does_not_agree_ends_at_once(string mechanism, string header, string answer)
    {
        await _client.SendAsync($"a AUTHENTICATE {mechanism} {Base64($"{header}n={TestServer.Address},r=abc")}");

        (await _client.LineAsync()).Should().StartWith(answer);
    }

    [Theory]
    [InlineData("y,,", "abc", "NO [AUTHENTICATIONFAILED]")]
    [InlineData("p=tls-exporter,,", "abc", "NO [AUTHENTICATIONFAILED]")]
    [InlineData("n,,", "abd", "BAD ")]
    public async Task What_was_said_first_cannot_be_said_otherwise_later(string header, string nonce, string answer)
    {
        await _client.SendAsync($"a AUTHENTICATE SCRAM-SHA-256 {Base64($"n,,n={TestServer.Address},r=abc")}");
        var first = await ChallengeAsync();
        var (final, _) = Prove(first, Encoding.ASCII.GetBytes(header));
        await _client.SendAsync(Base64(final.Replace(",r=abc", $",r={nonce}", StringComparison.Ordinal)));

        (await _client.LineAsync()).Should().StartWith("a " + answer);
    }

    [Fact]
    public async Task Nobodys_name_gets_as_far_as_a_wrong_password_does()
    {
        await _client.SendAsync($"a AUTHENTICATE SCRAM-SHA-256 {Base64("n,,n=nobody@example.org,r=abc")}");
        var (final, _) = Prove(await ChallengeAsync(), "n,,"u8);
        await _client.SendAsync(Base64(final));

        (await _client.LineAsync()).Should().StartWith("a NO [AUTHENTICATIONFAILED]");
        (await _client.CommandAsync($"b LOGIN {TestServer.Address} \"{TestServer.Password}\""))[^1].Should().StartWith("b OK ");
    }

    private async Task<string> ChallengeAsync()
    {
        var line = await _client.LineAsync();
        line.Should().StartWith("+ ");
        return Encoding.UTF8.GetString(Convert.FromBase64String(line[2..]));
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>The client's last message and what the server must answer.</summary>
    private static (string Final, string Signature) Prove(string serverFirst, ReadOnlySpan<byte> binding)
    {
        var parts = serverFirst.Split(',');
        var withoutProof = $"c={Convert.ToBase64String(binding)},{parts[0]}";
        var authMessage = Encoding.UTF8.GetBytes($"n={TestServer.Address},r=abc,{serverFirst},{withoutProof}");
        var salted = Rfc2898DeriveBytes.Pbkdf2(
            TestServer.Password, Convert.FromBase64String(parts[1][2..]), int.Parse(parts[2][2..], System.Globalization.CultureInfo.InvariantCulture), HashAlgorithmName.SHA256, 32);
        var key = HMACSHA256.HashData(salted, "Client Key"u8);
        var signature = HMACSHA256.HashData(SHA256.HashData(key), authMessage);
        var proof = key.Select((octet, i) => (byte)(octet ^ signature[i])).ToArray();
        return ($"{withoutProof},p={Convert.ToBase64String(proof)}",
            Convert.ToBase64String(HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), authMessage)));
    }
}
