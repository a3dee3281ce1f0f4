using System.IO.Compression;
using System.IO.Pipelines;
using System.Net.Security;
using AwesomeAssertions;
using Casella.Core.Directory;
using Casella.Net.Connections;

namespace Casella.Net.Tests.Connections;

public sealed class MailConnectionTests
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1_000)]
    [InlineData(5_000_000)]
    public async Task All_octets_come_through_TLS_in_both_directions(int size)
    {
        await using var connection = new TestConnection();
        var client = await ShakeHandsAsync(connection);
        var sent = Octets(size);

        var reading = ReadAsync(connection.Server.Input, size);
        await client.WriteAsync(sent, None);
        (await reading).Should().Equal(sent);

        var back = new byte[size];
        var writing = WriteAsync(connection.Server, sent);
        await client.ReadExactlyAsync(back, None);
        await writing;
        back.Should().Equal(sent);
    }

    [Fact]
    public async Task What_was_sent_behind_STARTTLS_is_an_injection()
    {
        await using var connection = new TestConnection();
        await connection.SendAsync("MAIL FROM:<x@example.net>\r\n");

        await Assert.ThrowsAsync<UnreadInputException>(() => connection.Server.StartTlsAsync(None));
        connection.Server.IsSecure.Should().BeFalse();
    }

    [Fact]
    public async Task A_session_that_is_to_end_wakes_and_may_say_goodbye()
    {
        await using var connection = new TestConnection();
        var client = await ShakeHandsAsync(connection);
        var reading = connection.Server.Input.ReadAsync(connection.Server.Draining).AsTask();

        connection.Server.End(SessionEnd.DeviceRevoked);
        connection.Server.End(SessionEnd.PersonLeft);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        connection.Server.EndReason.Should().Be(SessionEnd.DeviceRevoked, "the first reason is the one");
        connection.Server.Aborted.IsCancellationRequested.Should().BeFalse();
        await WriteAsync(connection.Server, "bye"u8.ToArray());
        var goodbye = new byte[3];
        await client.ReadExactlyAsync(goodbye, None);
        goodbye.Should().Equal("bye"u8.ToArray());
    }

    [Fact]
    public async Task A_session_that_does_not_end_is_cut_off_after_half_a_second()
    {
        await using var connection = new TestConnection();
        var reading = connection.Server.Input.ReadAsync(connection.Server.Aborted).AsTask();

        connection.Server.End(SessionEnd.DeviceRevoked);
        connection.Time.Advance(TimeSpan.FromMilliseconds(499));
        connection.Server.Aborted.IsCancellationRequested.Should().BeFalse();
        connection.Time.Advance(TimeSpan.FromMilliseconds(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task A_session_that_has_ended_by_itself_can_still_be_asked_to()
    {
        var connection = new TestConnection();
        await connection.DisposeAsync();

        connection.Server.End(SessionEnd.DeviceRevoked);
        connection.Time.Advance(TimeSpan.FromSeconds(1));

        connection.Server.EndReason.Should().Be(SessionEnd.DeviceRevoked);
    }

    [Fact]
    public async Task Compression_works_over_TLS_in_both_directions()
    {
        await using var connection = new TestConnection();
        var client = await ShakeHandsAsync(connection);
        connection.Server.StartCompression();
        var sent = Octets(300_000);

        var reading = ReadAsync(connection.Server.Input, sent.Length);
        await using var deflate = new DeflateStream(client, CompressionLevel.Fastest, leaveOpen: true);
        await deflate.WriteAsync(sent, None);
        await deflate.FlushAsync(None);
        (await reading).Should().Equal(sent);

        var back = new byte[sent.Length];
        var writing = WriteAsync(connection.Server, sent);
        await using var inflate = new DeflateStream(client, CompressionMode.Decompress, leaveOpen: true);
        await inflate.ReadExactlyAsync(back, None);
        await writing;
        back.Should().Equal(sent);
    }

    [Fact]
    public async Task A_compressed_bomb_ends_the_connection_before_it_has_unfolded()
    {
        var bomb = new MemoryStream();
        await using (var deflate = new DeflateStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
            for (var i = 0; i < 400; i++)
                await deflate.WriteAsync(new byte[1024 * 1024], None);
        bomb.Position = 0;
        await using var inflate = new InflateStream(bomb);
        var unfolded = 0L;
        var buffer = new byte[64 * 1024];

        var read = async () =>
        {
            while (await inflate.ReadAsync(buffer, None) is > 0 and var count)
                unfolded += count;
        };

        await read.Should().ThrowAsync<IOException>();
        unfolded.Should().BeLessThan(256L * 1024 * 1024);
    }

    [Fact]
    public async Task A_peer_that_takes_nothing_is_given_up_after_the_write_stall_time()
    {
        await using var connection = new TestConnection();
        // More than a pipe holds, and nobody reads.
        var writing = WriteAsync(connection.Server, Octets(1_000_000));

        connection.Time.Advance(new NetOptions().WriteStallTime + TimeSpan.FromSeconds(1));

        connection.Server.Aborted.IsCancellationRequested.Should().BeTrue();
        writing.IsCompletedSuccessfully.Should().BeFalse();
    }

    private static async Task<SslStream> ShakeHandsAsync(TestConnection connection)
    {
#pragma warning disable CA5359 // a test server in memory
        var client = new SslStream(connection.Client, leaveInnerStreamOpen: true, static (_, _, _, _) => true);
#pragma warning restore CA5359
        await Task.WhenAll(client.AuthenticateAsClientAsync("localhost"), connection.Server.HandshakeAsync(None));
        connection.Server.IsSecure.Should().BeTrue();
        return client;
    }

    private static byte[] Octets(int size)
    {
        var octets = new byte[size];
        new Random(size).NextBytes(octets);
        return octets;
    }

    private static async Task<byte[]> ReadAsync(PipeReader input, int size)
    {
        var read = new byte[size];
        await input.AsStream(leaveOpen: true).ReadExactlyAsync(read);
        return read;
    }

    private static async Task WriteAsync(MailConnection connection, byte[] octets)
    {
        foreach (var piece in octets.Chunk(32 * 1024))
            await connection.Output.WriteAsync(piece);
    }
}
