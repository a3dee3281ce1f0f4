using System.Net.Http.Headers;
using System.Text.Json;
using Casella.Core.Delivery;
using Casella.Core.Filtering.Spam;
using Microsoft.Extensions.Logging;

namespace Casella.Smtp.Inbound;

/// <summary>
/// Asks a rspamd about mail (POST /checkv2) and tells it what members have said (POST /learnspam, /learnham), in the
/// words of its HTTP protocol. Its points are ours: both mark, file and refuse at about the same sums.
/// </summary>
internal sealed class RspamdEngine : ISpamEngine, IDisposable
{
    private const int SymbolsAtMost = 60;
    private const int AnswerAtMost = 1024 * 1024;

    private readonly RspamdOptions _options;
    private readonly ILogger<RspamdEngine> _logger;
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30) })
    {
        MaxResponseContentBufferSize = AnswerAtMost,
        // Each question has its own end.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public RspamdEngine(SpamOptions options, ILogger<RspamdEngine> logger) => (_options, _logger) = (options.Rspamd, logger);

    public async Task<IReadOnlyList<SpamReason>?> AskAsync(DeliveryRequest request, CancellationToken cancellationToken)
    {
        using var question = new HttpRequestMessage(HttpMethod.Post, $"{_options.Worker.TrimEnd('/')}/checkv2");
        await using var content = request.Content.OpenRead();
        question.Content = new StreamContent(content);
        question.Content.Headers.ContentLength = request.Content.Size;
        Tell(question.Headers, "From", request.ReversePath?.ToString() ?? "");
        foreach (var recipient in request.Recipients)
            Tell(question.Headers, "Rcpt", recipient.ToString());
        if (request.Verdict is { } verdict)
        {
            Tell(question.Headers, "IP", verdict.Client.ToString());
            Tell(question.Headers, "Helo", verdict.HelloName);
            Tell(question.Headers, "Hostname", verdict.ClientName);
        }

        return await SendAsync(question, Read, null, cancellationToken);
    }

    public async Task<bool> LearnAsync(ReadOnlyMemory<byte> message, bool isSpam, CancellationToken cancellationToken)
    {
        using var lesson = new HttpRequestMessage(HttpMethod.Post, $"{_options.Controller.TrimEnd('/')}/{(isSpam ? "learnspam" : "learnham")}");
        lesson.Content = new ReadOnlyMemoryContent(message);
        if (_options.Password.Length > 0)
            Tell(lesson.Headers, "Password", _options.Password);
        return await SendAsync(lesson, static _ => true, false, cancellationToken);
    }

    public void Dispose() => _client.Dispose();

    /// <summary>What it says in time; else <paramref name="whenSilent"/>, and a line in the log.</summary>
    private async Task<T> SendAsync<T>(HttpRequestMessage request, Func<byte[], T> read, T whenSilent, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await Deadline.RunAsync<byte[]?>(
                async token =>
                {
                    using var response = await _client.SendAsync(request, token);
                    var body = await response.Content.ReadAsByteArrayAsync(token);
                    // What it has learnt already is 208, or in older versions 404 with these words: both are well.
                    return response.IsSuccessStatusCode || body.AsSpan().IndexOf("already learned"u8) >= 0
                        ? body
                        : throw new HttpRequestException($"status {(int)response.StatusCode}");
                },
                _options.Time, null, cancellationToken);
            if (answer is not null)
                return read(answer);
            Log.RspamdSilent(_logger, request.RequestUri!.ToString(), "no answer in time");
        }
        catch (Exception away) when (away is HttpRequestException or IOException or JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            Log.RspamdSilent(_logger, request.RequestUri!.ToString(), away.Message);
        }

        ScannerMetrics.Silent("rspamd");
        return whenSilent;
    }

    /// <summary>{"symbols": {"R_SPF_ALLOW": {"score": -0.2}}}</summary>
    private static List<SpamReason> Read(byte[] answer)
    {
        using var json = JsonDocument.Parse(answer, new JsonDocumentOptions { MaxDepth = 32 });
        var reasons = new List<SpamReason>();
        var total = json.RootElement.GetProperty("score").GetDouble();
        if (json.RootElement.TryGetProperty("symbols", out var symbols) && symbols.ValueKind is JsonValueKind.Object)
            foreach (var symbol in symbols.EnumerateObject())
                if (reasons.Count < SymbolsAtMost && symbol.Value.TryGetProperty("score", out var score) && score.GetDouble() is not 0 and var points)
                    reasons.Add(new SpamReason(Name(symbol.Name), Math.Round(points, 2)));
        // Groups of symbols have a limit together: the sum is rspamd's.
        if (Math.Round(total - reasons.Sum(reason => reason.Points), 2) is not 0 and var rest)
            reasons.Add(new SpamReason("RSPAMD", rest));
        return reasons;
    }

    private static string Name(string symbol) => string.Concat(symbol.Where(c => char.IsAsciiLetterOrDigit(c) || c == '_').Take(60));

    /// <summary>What strangers have said goes into a field of HTTP only where it can stand in one.</summary>
    private static void Tell(HttpRequestHeaders headers, string name, string? value)
    {
        if (value is { Length: > 0 and < 500 } && value.All(c => c is > ' ' and < '\x7F'))
            headers.TryAddWithoutValidation(name, value);
    }
}
