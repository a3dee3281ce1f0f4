using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Casella.Network.Machines;

/// <summary>
/// A machine's place on the network: a network namespace with an interface of its own on the common wire, 198.51.100.0/24
/// and 2001:db8::/64. Such addresses count as the internet's, so the servers believe none of them.
/// </summary>
internal sealed class Place
{
    private const string Wire = "cx-wire";
    private const int NewNet = 0x40000000;

    private readonly string _name;

    private Place(string name, int number) => (_name, Number) = (name, number);

    /// <summary>The last part of its address.</summary>
    public int Number { get; }

    public IPAddress Address => AddressOf(Number);

    public string NetworkName => _name;

    public static IPAddress AddressOf(int number) => new([198, 51, 100, (byte)number]);

    public static async Task LayWireAsync()
    {
        await RemoveAllAsync();
        await Tool.RunAsync("ip", "netns", "add", Wire);
        await Tool.RunAsync("ip", "-n", Wire, "link", "add", "bridge", "type", "bridge");
        await Tool.RunAsync("ip", "-n", Wire, "link", "set", "bridge", "up");
    }

    /// <summary>What an earlier run has left, too.</summary>
    public static async Task RemoveAllAsync()
    {
        foreach (var line in (await Tool.RunAsync("ip", "netns", "list")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.Split(' ')[0] is var name && name.StartsWith("cx-", StringComparison.Ordinal))
                await Tool.RunAsync("ip", "netns", "delete", name);
    }

    /// <param name="further">More addresses of the same machine.</param>
    public static async Task<Place> MakeAsync(string name, int number, params int[] further)
    {
        var place = new Place($"cx-{name}", number);
        await Tool.RunAsync("ip", "netns", "add", place._name);
        await Tool.RunAsync("ip", "-n", Wire, "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", place._name);
        await Tool.RunAsync("ip", "-n", Wire, "link", "set", name, "master", "bridge", "up");
        await Tool.RunAsync("ip", "-n", place._name, "link", "set", "lo", "up");
        await Tool.RunAsync("ip", "-n", place._name, "link", "set", "eth0", "up");
        foreach (var one in further.Prepend(number))
        {
            await Tool.RunAsync("ip", "-n", place._name, "addr", "add", $"{AddressOf(one)}/24", "dev", "eth0");
            await Tool.RunAsync("ip", "-n", place._name, "addr", "add", string.Create(CultureInfo.InvariantCulture, $"2001:db8::{one}/64"), "dev", "eth0", "nodad");
        }

        return place;
    }

    /// <summary>A command that runs there.</summary>
    public string[] Command(params string[] command) => ["ip", "netns", "exec", _name, .. command];

    /// <summary>A connection from there.</summary>
    /// <param name="from">One of the machine's addresses; 0 for its own.</param>
    public async Task<Socket> ConnectAsync(IPAddress to, int port, int from = 0)
    {
        var socket = Inside(() => new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        if (from > 0)
            socket.Bind(new IPEndPoint(AddressOf(from), 0));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await socket.ConnectAsync(new IPEndPoint(to, port), patience.Token);
        return socket;
    }

    public Socket Listen(int number, int port) => Inside(() =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(AddressOf(number), port));
        socket.Listen();
        return socket;
    });

    /// <summary>A socket belongs for ever to the namespace of the thread that made it; the thread ends with it.</summary>
    private Socket Inside(Func<Socket> make)
    {
        Socket? made = null;
        Exception? failed = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var place = File.OpenHandle($"/run/netns/{_name}");
                if (Native.SetNamespace((int)place.DangerousGetHandle(), NewNet) != 0)
                    throw new InvalidOperationException($"{_name} cannot be entered: {Marshal.GetLastPInvokeErrorMessage()}");
                made = make();
            }
            catch (Exception reason) when (reason is IOException or SocketException or InvalidOperationException or UnauthorizedAccessException)
            {
                failed = reason;
            }
        });
        thread.Start();
        thread.Join();
        return made ?? throw new InvalidOperationException($"no socket in {_name}", failed);
    }

    private static class Native
    {
        [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int SetNamespace(int descriptor, int kind);
    }
}
