using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Casella.Web;

/// <summary>
/// Each open page has JSON options of its own, made by Blazor, and System.Text.Json emits and compiles two dozen methods
/// for each: 110 KB of an idle page. Reading the few values that pages exchange by plain reflection needs none. It is a
/// private field of the runtime: where a newer one has it no more, nothing changes but the memory.
/// </summary>
internal static class PlainAccessors
{
    /// <summary>For the whole process, before anything is serialized.</summary>
    /// <returns>False when this runtime is built otherwise.</returns>
    public static bool Use()
    {
        if (typeof(DefaultJsonTypeInfoResolver).GetField("s_memberAccessor", BindingFlags.NonPublic | BindingFlags.Static) is not { } field
            || typeof(JsonSerializer).Assembly.GetType("System.Text.Json.Serialization.Metadata.ReflectionMemberAccessor") is not { } plain
            || !plain.IsAssignableTo(field.FieldType))
            return false;
        field.SetValue(null, Activator.CreateInstance(plain, nonPublic: true));
        return true;
    }
}
