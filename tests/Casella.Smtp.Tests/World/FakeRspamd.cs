using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Casella.Smtp.Tests.World;

/// <summary>Speaks rspamd's HTTP as far as it is asked, and says what the test wants.</summary>
internal sealed class FakeRspamd : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;

    public FakeRspamd()
    {
        Url = $"http://127.0.0.1:{FreePort()}";
        _listener.Prefixes.Add($"{Url}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; }
    public string Answer { get; set; } = """{"score": 0, "symbols": {}}""";
    public int Status { get; set; } = 200;
    public TimeSpan Delay { get; set; }

    /// <summary>Path, fields and body of each question.</summary>
    public ConcurrentQueue<(string Path, WebHeaderCollection Fields, string Body)> Asked { get; } = new();

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Close();
        await _serving;
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_end.IsCancellationRequested)
            try
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream, Encoding.Latin1);
                Asked.Enqueue((context.Request.Url!.AbsolutePath, new WebHeaderCollection { context.Request.Headers }, await reader.ReadToEndAsync(_end.Token)));
                await Task.Delay(Delay, _end.Token);
                context.Response.StatusCode = Status;
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(Answer), _end.Token);
                context.Response.Close();
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
            {
                // The asker has gone, or the test is over: the loop's condition tells which.
                continue;
            }
    }
}
