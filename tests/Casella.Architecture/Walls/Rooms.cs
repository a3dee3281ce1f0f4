using System.Reflection;
using Mono.Cecil;

namespace Casella.Architecture.Walls;

/// <summary>The compiled rooms.</summary>
internal static class Rooms
{
    /// <summary>In the order of the house, from the foundation up.</summary>
    public static IReadOnlyList<Assembly> All { get; } =
    [
        Load("Casella.Formats"), Load("Casella.Core"), Load("Casella.Storage"), Load("Casella.Net"),
        Load("Casella.Imap"), Load("Casella.Pop3"), Load("Casella.Smtp"), Load("Casella.Web"), Load("casella"),
    ];

    public static IEnumerable<string> Names => All.Select(room => room.GetName().Name!);

    /// <summary>Full names of all types of other assemblies that a room's code mentions.</summary>
    public static IReadOnlyList<string> TypesNamedBy(string room)
    {
        using var module = ModuleDefinition.ReadModule(Load(room).Location);
        return [.. module.GetTypeReferences().Select(type => type.FullName).Order(StringComparer.Ordinal)];
    }

    /// <summary>The types somebody wrote; none of the compiler's.</summary>
    public static IEnumerable<Type> TypesOf(Assembly room) => room.GetTypes()
        .Where(type => type.Namespace?.StartsWith("Casella.", StringComparison.Ordinal) is true && !type.Name.Contains('<', StringComparison.Ordinal));

    private static Assembly Load(string name) => Assembly.Load(new AssemblyName(name));
}
