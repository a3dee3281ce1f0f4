using AwesomeAssertions;
using Casella.Storage.Blobs;

namespace Casella.Storage.Tests;

/// <summary>What a crash leaves among the blobs, and who may take it away.</summary>
public sealed class FileBlobStoreTests : IDisposable
{
    private const string Space = "1";

    private readonly string _folder = Directory.CreateTempSubdirectory("casella-blobs-").FullName;

    [Fact]
    public async Task What_was_being_written_when_the_server_died_is_listed_and_can_be_deleted()
    {
        var blobs = new FileBlobStore(_folder, TimeProvider.System);
        var stop = TestContext.Current.CancellationToken;
        var name = await blobs.WriteAsync(Space, new MemoryStream([1, 2, 3]), stop);
        var file = Directory.GetFiles(_folder, name, SearchOption.AllDirectories).Single();
        File.Move(file, file + ".new");
        File.WriteAllText(Path.Join(Path.GetDirectoryName(file), "notes"), "somebody else's");

        var listed = await blobs.ListAsync(Space, stop).Select(blob => blob.Name).ToListAsync(stop);
        await blobs.DeleteAsync(Space, listed.Should().ContainSingle().Which, stop);

        Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Should().Equal("notes");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
