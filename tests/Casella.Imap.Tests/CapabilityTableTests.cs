using System.Reflection;
using AwesomeAssertions;
using Casella.Core.Filtering.Events;
using Casella.Imap.Tests.Wire;
using Casella.Net.Connections;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Xunit.v3;

namespace Casella.Imap.Tests;

/// <summary>
/// What is advertised has a conversation that proves it, and a second client in one where others can disturb it: a row
/// of <see cref="CapabilityTable"/> for each, and no row for anything else.
/// </summary>
public sealed class CapabilityTableTests
{
    private static readonly string Folder = Path.Join(AppContext.BaseDirectory, "Transcripts");

    public static TheoryData<string> Names => [.. CapabilityTable.Rows.Select(row => row.Name)];

    [Fact]
    public async Task The_table_has_what_the_server_advertises_and_nothing_else()
    {
        var advertised = new HashSet<string>(StringComparer.Ordinal);
        foreach (var options in (ImapOptions[])[new(), new() { MessageLimit = 2 }, new() { SaveLimit = 2 }])
            advertised.UnionWith(await AdvertisedAsync(options));

        advertised.Select(Unnumbered).Should().BeEquivalentTo(CapabilityTable.Rows.Select(row => row.Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_capability_is_used_in_its_transcript(string name)
    {
        var row = Row(name);
        if (row.Transcript is not { } transcript)
        {
            row.Test.Should().NotBeNull("without a transcript there is a test");
            return;
        }

        // The transcript itself is held against the server by TranscriptTests.
        Lines(transcript).Should().Contain(line => line.Contains(row.Says, StringComparison.Ordinal), $"{transcript} is about it");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_others_can_disturb_is_tried_with_two_clients(string name)
    {
        var row = Row(name);
        (row.Others is null && row.Test is null).Should().Be(row.Alone is not null, "one of the two: others, or why there are none");
        if (row.Others is { } transcript)
            Lines(transcript).Should().Contain(line => line.StartsWith("C2: ", StringComparison.Ordinal)).And.Contain(line => line.StartsWith("C: ", StringComparison.Ordinal));
        if (row.Test is { } test)
            test.Class.GetMethod(test.Method)!.GetCustomAttributes().OfType<IFactAttribute>().Should().ContainSingle(fact => fact.Skip == null);
    }

    [Fact]
    public void Certificates_are_tried_with_the_whole_server() =>
        File.ReadAllText(Path.Join(RepositoryFolder.Path, CapabilityTable.WithCertificates.File)).Should().Contain($" {CapabilityTable.WithCertificates.Name} ");

    /// <summary>All that a client is told, before TLS, under TLS and signed in.</summary>
    private static async Task<IEnumerable<string>> AdvertisedAsync(ImapOptions options)
    {
        await using var server = await TestServer.StartAsync(
            services => services.AddCasellaImap(options).AddCasellaEvents(new SieveServer("sieve://mail.example.org")), services => [(TlsMode.StartTls, services.GetRequiredService<ImapProtocol>())]);
        await using var client = await WireClient.ConnectAsync(server.Ports[0], tls: false);
        var greeting = await client.LineAsync();
        await client.CommandAsync("a STARTTLS");
        await client.StartTlsAsync();
        var underTls = await client.CommandAsync("b CAPABILITY");
        await client.CommandAsync($"c LOGIN {TestServer.Address} \"{TestServer.Password}\"");
        var signedIn = await client.CommandAsync("d CAPABILITY");
        return greeting["* OK [CAPABILITY ".Length..greeting.IndexOf(']', StringComparison.Ordinal)].Split(' ')
            .Concat(underTls[0]["* CAPABILITY ".Length..].Split(' '))
            .Concat(signedIn[0]["* CAPABILITY ".Length..].Split(' '));
    }

    private static string Unnumbered(string capability) =>
        capability.IndexOf('=', StringComparison.Ordinal) is > 0 and var at && char.IsAsciiDigit(capability[at + 1]) && capability is not "I18NLEVEL=1"
            ? $"{capability[..at]}=…"
            : capability;

    private static CapabilityProof Row(string name) => CapabilityTable.Rows.Single(row => string.Equals(row.Name, name, StringComparison.Ordinal));

    /// <summary>What is said in a transcript, without its comments.</summary>
    private static IEnumerable<string> Lines(string transcript) =>
        File.ReadLines(Path.Join(Folder, $"{transcript}.transcript")).Where(line => line.Length > 0 && line[0] is 'C' or 'S');
}
