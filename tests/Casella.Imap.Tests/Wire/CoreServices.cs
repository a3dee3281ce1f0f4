using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Imap.Tests.Wire;

/// <summary>A core with nobody in it, for those who never get in.</summary>
internal static class CoreServices
{
    public static ServiceProvider Build()
    {
        var folder = Directory.CreateTempSubdirectory("casella-nobody-").FullName;
        return new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddCasellaStorage(new StorageOptions(), folder)
            .AddCasellaMessages(new MessageOptions(), new StagingOptions(Path.Join(folder, "staging")))
            .AddCasellaDirectory(new SignInOptions())
            .BuildServiceProvider();
    }
}
