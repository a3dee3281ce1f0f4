using ArchUnitNET.Domain;
using ArchUnitNET.Fluent;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using AwesomeAssertions;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace Casella.Architecture.Walls;

/// <summary>
/// The walls that a project reference alone does not hold: what a room may know of the platform, and who may know whom
/// inside a room.
/// </summary>
public sealed class TypeWalls
{
    private static readonly ArchUnitNET.Domain.Architecture House = new ArchLoader().LoadAssemblies([.. Rooms.All]).Build();

    [Theory]
    [InlineData("Casella.Formats", "System.Net.Sockets.")]
    [InlineData("Casella.Formats", "System.IO.File")]
    [InlineData("Casella.Formats", "System.TimeProvider")]
    [InlineData("Casella.Formats", "Microsoft.")]
    [InlineData("Casella.Core", "System.Net.Sockets.")]
    [InlineData("Casella.Core", "System.Net.Security.")]
    [InlineData("Casella.Core", "Microsoft.AspNetCore.")]
    [InlineData("Casella.Core", "Microsoft.Data.")]
    [InlineData("Casella.Core", "System.Data.")]
    [InlineData("Casella.Imap", "System.IO.File")]
    [InlineData("Casella.Pop3", "System.IO.File")]
    [InlineData("Casella.Web", "System.IO.File")]
    public void A_room_keeps_away_from(string room, string types)
    {
        // An address says its family without opening a socket.
        Rooms.TypesNamedBy(room).Where(name => name.StartsWith(types, StringComparison.Ordinal) && name is not "System.Net.Sockets.AddressFamily")
            .Should().BeEmpty();
    }

    [Fact]
    public void Only_storage_speaks_to_a_database() =>
        Rooms.Names.Where(room => Rooms.TypesNamedBy(room).Any(name =>
                name.StartsWith("Microsoft.Data.", StringComparison.Ordinal) || name.StartsWith("SQLitePCL.", StringComparison.Ordinal)))
            .Should().BeSubsetOf(["Casella.Storage"]);

    [Fact]
    public void The_ports_of_the_store_are_internal() =>
        Rooms.All.SelectMany(Rooms.TypesOf)
            .Where(type => type.IsInterface && type.Namespace is "Casella.Core.Storage" && type.IsVisible)
            .Should().BeEmpty("a protocol that touches the store must not compile");

    [Theory]
    [InlineData("Casella.Imap")]
    [InlineData("Casella.Pop3")]
    [InlineData("Casella.Smtp")]
    public void The_syntax_of_a_protocol_knows_neither_the_store_nor_the_directory(string room) =>
        NotDepend($"{room}.Syntax", "Casella.Core.Messages.MailAccounts?|Casella.Core.Directory.MailDirectory|Casella.Core.Directory.Authenticator");

    [Theory]
    [InlineData("Casella.Imap", "Casella.Pop3|Casella.Smtp|Casella.Web|Casella.Storage|Casella.Server")]
    [InlineData("Casella.Pop3", "Casella.Imap|Casella.Smtp|Casella.Web|Casella.Storage|Casella.Server")]
    [InlineData("Casella.Smtp", "Casella.Imap|Casella.Pop3|Casella.Web|Casella.Storage|Casella.Server")]
    [InlineData("Casella.Web", "Casella.Imap|Casella.Pop3|Casella.Smtp|Casella.Net|Casella.Storage|Casella.Server")]
    [InlineData("Casella.Net", "Casella.Imap|Casella.Pop3|Casella.Smtp|Casella.Web|Casella.Storage|Casella.Server")]
    [InlineData("Casella.Storage", "Casella.Net|Casella.Imap|Casella.Pop3|Casella.Smtp|Casella.Web|Casella.Server")]
    [InlineData("Casella.Core", "Casella.Storage|Casella.Net|Casella.Imap|Casella.Pop3|Casella.Smtp|Casella.Web|Casella.Server")]
    [InlineData("Casella.Formats", "Casella.Core|Casella.Storage|Casella.Net|Casella.Imap|Casella.Pop3|Casella.Smtp|Casella.Web|Casella.Server")]
    public void A_room_does_not_know(string room, string others) => NotDepend(room, $"({others})\\..+");

    [Fact]
    public void Services_are_wired_by_registrations_and_by_the_server_only()
    {
        var elsewhere = Rooms.All.Where(room => room.GetName().Name is not "casella").SelectMany(Rooms.TypesOf)
            .Where(type => !type.Name.EndsWith("Registration", StringComparison.Ordinal))
            .SelectMany(type => type.GetConstructors().SelectMany(c => c.GetParameters()).Select(p => (Type: type, Parameter: p.ParameterType)))
            .Where(use => use.Parameter == typeof(IServiceProvider))
            .Select(use => use.Type.FullName);

        elsewhere.Should().BeEmpty("constructors ask for what they use, not for a locator");
    }

    private static void NotDepend(string from, string onPattern)
    {
        IObjectProvider<IType> inside = Types().That().ResideInNamespaceMatching($"^{from.Replace(".", "\\.", StringComparison.Ordinal)}(\\..+)?$");
        IArchRule rule = Types().That().Are(inside).Should().NotDependOnAny(Types().That().HaveFullNameMatching($"^({onPattern})$")).WithoutRequiringPositiveResults();
        rule.Check(House);
    }
}
