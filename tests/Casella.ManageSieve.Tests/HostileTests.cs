using AwesomeAssertions;
using Casella.Net.Connections;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Casella.ManageSieve.Tests;

/// <summary>What a hostile or broken client sends: literals before sign-in, names that are none, commands behind STARTTLS.</summary>
public sealed class HostileTests : IAsyncLifetime
{
    private const string SignIn = "AUTHENTICATE \"PLAIN\" \"AGluZm9AZXhhbXBsZS5vcmcAY29ycmVjdCBob3JzZQ==\"\r\n";

    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(
        services => services.AddCasellaManageSieve(new ManageSieveOptions()),
        services => [(TlsMode.Implicit, services.GetRequiredService<ManageSieveProtocol>()), (TlsMode.StartTls, services.GetRequiredService<ManageSieveProtocol>())]);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("PUTSCRIPT \"a\" {9999999999+}\r\n")]
    [InlineData("PUTSCRIPT \"a\" {99999999999999999999999+}\r\n")]
    [InlineData("PUTSCRIPT \"a\" {4294967297+}\r\n")]
    [InlineData("PUTSCRIPT \"a\" {-1+}\r\n")]
    [InlineData("PUTSCRIPT \"a\" {+}\r\n")]
    [InlineData("AUTHENTICATE \"PLAIN\" {100000+}\r\n")]
    public async Task A_literal_that_is_none_or_too_large_ends_the_session(string command)
    {
        await using var client = await WireClient.ConnectAsync(_server.Ports[0], tls: true);
        await SkipAsync(client);
        await client.SendRawAsync(command);
        (await client.LineAsync()).Should().StartWith("BYE ");
        (await client.IsClosedAsync()).Should().BeTrue();
    }

    [Theory]
    [InlineData("NOOP {2147483647CRIPT {4+}\r\nkeep\r\n")]
    [InlineData("NOOP {9{4+}\r\nkeep\r\n")]
    public async Task A_literal_within_a_number_is_none_and_the_session_goes_on(string command)
    {
        await using var client = await WireClient.ConnectAsync(_server.Ports[0], tls: true);
        await SkipAsync(client);
        await client.SendRawAsync(command);
        (await client.LineAsync()).Should().StartWith("NO ").And.NotContain("nternal");
        await client.SendRawAsync("NOOP\r\n");
        (await client.LineAsync()).Should().StartWith("OK ");
    }

    [Fact]
    public async Task A_long_line_before_sign_in_ends_the_session()
    {
        await using var client = await WireClient.ConnectAsync(_server.Ports[0], tls: true);
        await SkipAsync(client);
        await client.SendRawAsync($"NOOP \"{new string('a', 12_000)}");
        (await client.LineAsync()).Should().StartWith("BYE ");
    }

    [Theory]
    [InlineData("\"../x\"")]
    [InlineData("\"/etc/passwd\"")]
    [InlineData("\"..\"")]
    [InlineData("\"\"")]
    [InlineData("\"a\u0001b\"")]
    [InlineData("{3+}\r\na\0b")]
    [InlineData("{3+}\r\na\nb")]
    public async Task Names_that_are_none_are_refused_and_the_session_goes_on(string name)
    {
        await using var client = await WireClient.ConnectAsync(_server.Ports[0], tls: true);
        await SkipAsync(client);
        await client.SendRawAsync(SignIn);
        (await client.LineAsync()).Should().StartWith("OK ");
        await client.SendRawAsync($"PUTSCRIPT {name} \"keep;\"\r\nLISTSCRIPTS\r\n");
        (await client.LineAsync()).Should().StartWith("NO ");
        (await client.LineAsync()).Should().StartWith("OK ");
    }

    [Fact]
    public async Task A_script_that_is_too_large_is_read_past_and_refused()
    {
        await using var client = await WireClient.ConnectAsync(_server.Ports[0], tls: true);
        await SkipAsync(client);
        await client.SendRawAsync(SignIn);
        await client.LineAsync();
        await client.SendRawAsync($"PUTSCRIPT \"a\" {{3000000+}}\r\n{new string('#', 3_000_000)}\r\nNOOP\r\n");
        (await client.LineAsync()).Should().StartWith("NO (QUOTA/MAXSIZE) ");
        (await client.LineAsync()).Should().StartWith("OK ");
    }

    [Fact]
    public async Task A_name_of_a_megabyte_is_refused()
    {
        await using var client = await WireClient.ConnectAsync(_server.Ports[0], tls: true);
        await SkipAsync(client);
        await client.SendRawAsync(SignIn);
        await client.LineAsync();
        await client.SendRawAsync($"DELETESCRIPT {{500000+}}\r\n{new string('a', 500_000)}\r\nNOOP\r\n");
        (await client.LineAsync()).Should().StartWith("NO ");
        (await client.LineAsync()).Should().StartWith("OK ");
    }

    [Fact]
    public async Task What_is_sent_behind_STARTTLS_in_clear_ends_the_connection()
    {
        await using var client = await WireClient.ConnectAsync(_server.Ports[1], tls: false);
        await SkipAsync(client);
        await client.SendRawAsync("STARTTLS\r\n" + SignIn + "LISTSCRIPTS\r\n");

        var replies = new List<string>();
        while (await client.LineAsync() is { Length: > 0 } line)
            replies.Add(line);

        replies.Should().HaveCountLessThanOrEqualTo(1, "nothing but the go-ahead may be answered");
    }

    private static async Task SkipAsync(WireClient client)
    {
        while (!(await client.LineAsync())!.StartsWith("OK ", StringComparison.Ordinal))
        {
            // The greeting's capabilities.
        }
    }
}
