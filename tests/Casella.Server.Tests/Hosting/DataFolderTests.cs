using AwesomeAssertions;
using Casella.Server.Hosting;

namespace Casella.Server.Tests.Hosting;

public sealed class DataFolderTests : IDisposable
{
    private readonly TestFolder _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void A_new_folder_is_for_its_owner_only()
    {
        using var folder = DataFolder.TryOpen(_test.Data);

        File.GetUnixFileMode(_test.Data).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void One_at_a_time_holds_it()
    {
        using (DataFolder.TryOpen(_test.Data))
        {
            DataFolder.TryOpen(_test.Data).Should().BeNull();
            DataFolder.Owner(_test.Data).Should().Be($"process {Environment.ProcessId}");
        }

        using var next = DataFolder.TryOpen(_test.Data);
        next.Should().NotBeNull();
    }

    [Fact]
    public void A_folder_with_other_things_in_it_is_left_alone()
    {
        _test.Write("holiday.jpg", "");
        var open = () => DataFolder.TryOpen(_test.Path);

        open.Should().Throw<CommandException>().WithMessage("*has other things in it and no casella data*");
        Directory.GetFileSystemEntries(_test.Path).Should().ContainSingle();
    }
}
