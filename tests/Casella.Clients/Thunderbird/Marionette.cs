using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Casella.Clients.Thunderbird;

/// <summary>
/// Marionette, by which Mozilla tests its own programs: JSON with its length before it, over TCP. Scripts run inside
/// Thunderbird with its rights, so a test does what the program itself does when somebody clicks.
/// </summary>
internal sealed class Marionette : IDisposable
{
    // It takes seconds; where compilers run beside it, a minute was not enough for its first answer.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly TcpClient _tcp;
    private readonly NetworkStream _stream;
    private int _last;

    private Marionette(TcpClient tcp) => (_tcp, _stream) = (tcp, tcp.GetStream());

    /// <summary>Waits until the program listens and its window is there.</summary>
    public static async Task<Marionette> ConnectAsync(int port)
    {
        var marionette = new Marionette(await ConnectTcpAsync(port));
        await marionette.ReadAsync();
        await marionette.CommandAsync("WebDriver:NewSession", new { });
        await marionette.CommandAsync("WebDriver:SetTimeouts", new { script = (int)Patience.TotalMilliseconds });
        await marionette.CommandAsync("Marionette:SetContext", new { value = "chrome" });
        return marionette;
    }

    /// <summary>Runs the body of an async function; what it returns.</summary>
    /// <exception cref="InvalidOperationException">It has thrown, or has waited in vain.</exception>
    public async Task<JsonElement> RunAsync(string script, params object[] arguments)
    {
        // The last argument of a script is what it tells its result to.
        var wrapped = $$"""
            const args = [...arguments];
            const done = args.pop();
            (async () => { {{script}} })().then(value => done({ value: value ?? null }), error => done({ error: String(error) }));
            """;
        var result = (await CommandAsync(
            "WebDriver:ExecuteAsyncScript",
            new { script = wrapped, args = arguments, newSandbox = true, sandbox = "system" })).GetProperty("value");
        return result.TryGetProperty("error", out var error)
            ? throw new InvalidOperationException($"Thunderbird: {error.GetString()}")
            : result.GetProperty("value");
    }

    /// <summary>The program ends, as by its menu.</summary>
    public Task QuitAsync() => CommandAsync("Marionette:Quit", new { flags = new[] { "eForceQuit" } });

    public void Dispose() => _tcp.Dispose();

    private static async Task<TcpClient> ConnectTcpAsync(int port)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var tcp = new TcpClient();
            try
            {
                await tcp.ConnectAsync("127.0.0.1", port, patience.Token);
                return tcp;
            }
            catch (SocketException)
            {
                // It is still starting.
                tcp.Dispose();
                await Task.Delay(200, patience.Token);
            }
        }
    }

    private async Task<JsonElement> CommandAsync(string name, object parameters)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(new object[] { 0, ++_last, name, parameters });
        await _stream.WriteAsync(Encoding.ASCII.GetBytes($"{text.Length}:"), TestContext.Current.CancellationToken);
        await _stream.WriteAsync(text, TestContext.Current.CancellationToken);
        var reply = await ReadAsync();
        return reply[2].ValueKind == JsonValueKind.Null
            ? reply[3]
            : throw new InvalidOperationException($"{name}: {reply[2].GetProperty("message").GetString()}");
    }

    private async Task<JsonElement> ReadAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var length = 0;
        var octet = new byte[1];
        while (true)
        {
            await _stream.ReadExactlyAsync(octet, patience.Token);
            if (octet[0] == ':')
                break;
            length = length * 10 + octet[0] - '0';
        }

        var text = new byte[length];
        await _stream.ReadExactlyAsync(text, patience.Token);
        return JsonDocument.Parse(text).RootElement;
    }
}
