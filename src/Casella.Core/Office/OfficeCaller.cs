using System.Net;
using Casella.Core.Changes;
using Casella.Core.Directory;

namespace Casella.Core.Office;

/// <summary>By which way an act came to the office. Stored as a number: never renumber.</summary>
public enum OfficeWay : byte
{
    CommandLine = 1,
    Page = 2,

    /// <summary>A program with a token.</summary>
    Api = 3,

    /// <summary>A link that was handed out: the first owner's, an invitation.</summary>
    Link = 4,
}

/// <summary>Who asks for something in the office.</summary>
/// <param name="Person">Null for the command line.</param>
/// <param name="Name">For people: "Anna", "Anna by website".</param>
/// <param name="Remote">From where; null on the machine itself.</param>
public sealed record OfficeCaller(DevicePerson? Person, string Name, OfficeWay Way, IPAddress? Remote)
{
    /// <summary>What a token was given; null where there is none, and then the person's roles are all that counts.</summary>
    public IReadOnlySet<string>? Scopes { get; init; }

    /// <summary>Whoever may run the program's commands on its machine owns the data anyway.</summary>
    public static OfficeCaller CommandLine { get; } = new(null, Actor.Administrator.Name, OfficeWay.CommandLine, null);

    /// <summary>Who stands in the change logs of mailboxes.</summary>
    internal Actor Actor => Person is { } person
        ? new Actor(person.Id, null, AccessProtocol.Web, Name, "office")
        : Actor.Administrator;
}
