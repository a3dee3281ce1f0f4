using Casella.Core.Policies;

namespace Casella.Core.Directory;

/// <summary>Whose a device is.</summary>
public sealed record DevicePerson(PersonId Id, string Name, string Login, Language Language);
