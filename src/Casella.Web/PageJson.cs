using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;

namespace Casella.Web;

/// <summary>
/// What System.Text.Json knows of types, for the options that Blazor makes for each page. For each value that is handed
/// over as an object it asks for all interfaces of its type, in case one of them says how it is to be written, and keeps the
/// answers: thirty-three of a plain number, 50 KB of an idle page. No interface of .NET's own says such a thing, so
/// nothing is known of them here. What a script hands over is therefore declared as an array or a class, never as
/// an <see cref="IReadOnlyList{T}"/>.
/// </summary>
internal sealed class PageJson : IJsonTypeInfoResolver
{
    private readonly DefaultJsonTypeInfoResolver _plain = new();

    private PageJson()
    {
    }

    public static PageJson Resolver { get; } = new();

    public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options) => IsOnlyAskedAbout(type) ? null : _plain.GetTypeInfo(type, options);

    /// <summary>Lets the pages' own script runtime, which is registered already, use it.</summary>
    public static void Use(IServiceCollection services)
    {
        var made = services.Last(service => service.ServiceType == typeof(IJSRuntime)).ImplementationType
            ?? throw new InvalidOperationException("Blazor registers its script runtime otherwise.");
        var make = ActivatorUtilities.CreateFactory(made, []);
        services.AddScoped(provider =>
        {
            var runtime = (IJSRuntime)make(provider, null);
            if (runtime is JSRuntime page)
                OptionsOf(page).TypeInfoResolver ??= Resolver;
            return runtime;
        });
    }

    private static bool IsOnlyAskedAbout(Type type) =>
        type == typeof(ValueType) || (type is { IsInterface: true, Namespace: { } space } && (space is "System" || space.StartsWith("System.", StringComparison.Ordinal)));

    /// <summary>Protected, for runtimes that derive from it.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_JsonSerializerOptions")]
    private static extern JsonSerializerOptions OptionsOf(JSRuntime runtime);
}
