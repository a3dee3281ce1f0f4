using System.Globalization;
using Casella.Journeys.Clients;
using Casella.Journeys.Server;

namespace Casella.Journeys.Sharing;

/// <summary>The people of the section, each with the program that they like.</summary>
internal sealed class Office : IDisposable
{
    private readonly CasellaServer _server;

    private Office(CasellaServer server, Phone phone, IReadOnlyList<Colleague> people, string folder)
    {
        (_server, Phone) = (server, phone);
        (Anna, Bruno, Carla, Dario) = (people[0], people[1], people[2], people[3]);
        (Elena, Franco, Gino) = (people[4], people[5], people[6]);
        (Laptop, Terminal) = (new Laptop(server, Bruno.Mailbox, folder), new Terminal(server, Carla.Mailbox, folder));
        (OldPc, Notebook) = (Pop3Program.Fetchmail(server, Elena.Mailbox, folder), Pop3Program.Getmail(server, Franco.Mailbox, folder));
        Swaks = new Swaks(server, folder);
        Laptop.SetUp();
        Terminal.SetUp();
    }

    public Colleague Anna { get; }
    public Colleague Bruno { get; }
    public Colleague Carla { get; }
    public Colleague Dario { get; }
    public Colleague Elena { get; }
    public Colleague Franco { get; }
    public Colleague Gino { get; }
    public Phone Phone { get; }
    public Laptop Laptop { get; }
    public Terminal Terminal { get; }
    public Pop3Program OldPc { get; }
    public Pop3Program Notebook { get; }
    public Swaks Swaks { get; }

    /// <summary>What the story must tell of each letter, by what its subject says is to be done with it.</summary>
    public IReadOnlyList<(string Task, ChangeKind Kind, Colleague By)> Deeds =>
    [
        ("phone reads", ChangeKind.FlagsChanged, Anna), ("phone stars", ChangeKind.FlagsChanged, Anna), ("phone archives", ChangeKind.Moved, Anna),
        ("laptop stars", ChangeKind.FlagsChanged, Bruno), ("laptop brings", ChangeKind.Added, Bruno),
        ("terminal stars", ChangeKind.FlagsChanged, Carla), ("terminal archives", ChangeKind.Copied, Carla),
        ("script labels", ChangeKind.FlagsChanged, Dario), ("script bins", ChangeKind.Moved, Dario), ("script stars", ChangeKind.FlagsChanged, Dario),
        ("script loses", ChangeKind.Moved, Dario), ("script loses", ChangeKind.Expunged, Dario), ("script expunges", ChangeKind.Expunged, Dario),
        ("script archives", ChangeKind.Moved, Dario), ("script archives", ChangeKind.FlagsChanged, Anna),
        ("for all", ChangeKind.HiddenForDevice, Elena), ("for all", ChangeKind.HiddenForDevice, Franco),
    ];

    public static async Task<Office> OpenAsync(CasellaServer server, Mailbox shared, string folder)
    {
        (string Name, string Device)[] people =
        [
            ("Anna", "Anna's phone"), ("Bruno", "Bruno's laptop"), ("Carla", "Carla's terminal"), ("Dario", "Dario's script"),
            ("Elena", "Elena's old PC"), ("Franco", "Franco's notebook"), ("Gino", "Gino's printer"),
        ];
        var colleagues = await Task.WhenAll(people.Select(person => Colleague.JoinAsync(server, shared, person.Name, person.Device)));
        return new Office(server, await Phone.SignInAsync(server, colleagues[0].Mailbox), colleagues, folder);
    }

    /// <summary>A device of the log is one of these, and the person is whose it is.</summary>
    public bool Knows(StoryActor actor) => new[] { Anna, Bruno, Carla, Dario, Elena, Franco, Gino }
        .Any(colleague => colleague.DeviceId == actor.Device && colleague.PersonId == actor.Person && string.Equals(colleague.Device, actor.Name, StringComparison.Ordinal));

    /// <summary>First what the others have done comes, then what he does goes.</summary>
    public async Task SyncLaptopAsync()
    {
        await Laptop.SyncAsync();
        Laptop.Work();
        await Laptop.SyncAsync();
    }

    public Task LabelAsync(int letters) => ScriptAsync("imap_labels.py", letters.ToString(CultureInfo.InvariantCulture));

    public Task TidyUpAsync() => ScriptAsync("imap_hour.py");

    public void Dispose() => Phone.Dispose();

    private async Task ScriptAsync(string script, params string[] more) => (await PythonClient.RunAsync(
        _server, script, [_server.Ports.Imaps.ToString(CultureInfo.InvariantCulture), Dario.Mailbox.Address, Dario.Mailbox.Password, .. more])).Succeeded();
}
