using Casella.Bench.Corpus;
using Casella.Bench.Wire;
using Casella.WebBench.Webmails;
using Casella.WebBench.Wire;
using Microsoft.Playwright;

namespace Casella.WebBench.Running;

/// <summary>A day's work in one webmail, act by act, first beside the server and then far from it.</summary>
internal sealed class Journey(Session session)
{
    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(75);

    // Roundcube waits longer for who steps through a list quickly.
    private const int BetweenMessages = 700;
    private const int Breath = 60;
    // The first pages make the runtime compile and grow; what each further one takes is asked.
    private const int PagesBefore = 20;
    private const int IdlePages = 40;

    // Nobody types a name and a password in no time; the browser has its own window to draw meanwhile.
    private const int Typing = 1_500;

    private Webmail Webmail => session.Webmail;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await BytesAsync();
        await SignInsAsync(row => row, Webmail.Address);
        await using (var near = new Visit(await session.SignedInAsync(Webmail.Address)))
        {
            await WorkAsync(near.Page, row => row, session.Options.Messages);
            await NewMailAsync(near.Page, cancellationToken);
        }

        await using (var proxy = new DelayingProxy(Webmail.Address.Port, OneWay))
        {
            var far = new UriBuilder(Webmail.Address) { Port = proxy.Port }.Uri;
            await SignInsAsync(Rows.Far, far);
            await using var visit = new Visit(await session.SignedInAsync(far));
            await WorkAsync(visit.Page, Rows.Far, session.Options.Messages);
        }

        if (session.Options.ServerProcess is { } process && Webmail is CasellaWebmail && session.Wants(Rows.Memory))
            await MemoryAsync(process, cancellationToken);
    }

    private async Task BytesAsync()
    {
        if (!session.Wants(Rows.FirstPage))
            return;
        await using var proxy = new DelayingProxy(Webmail.Address.Port, TimeSpan.Zero);
        await using var visit = new Visit(await session.OpenAsync());
        await Webmails.Webmail.OpenSignInAsync(visit.Page, new UriBuilder(Webmail.Address) { Port = proxy.Port }.Uri);
        await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        session.Add(Rows.FirstPage, [proxy.Received / 1024.0]);
        await Webmail.SignInAsync(visit.Page, BenchOptions.User, session.Options.Password);
        session.Add(Rows.InboxBytes, [proxy.Received / 1024.0]);
    }

    /// <summary>Each in a browser that has never been here but has loaded the form.</summary>
    private async Task SignInsAsync(Func<Row, Row> where, Uri at)
    {
        var stations = new List<IReadOnlyDictionary<string, double>>();
        await session.MeasureAsync(where(Rows.SignIn), async _ =>
        {
            await using var visit = new Visit(await session.OpenAsync());
            await Webmails.Webmail.OpenSignInAsync(visit.Page, at);
            await Task.Delay(Typing);
            var time = await Webmail.SignInAsync(visit.Page, BenchOptions.User, session.Options.Password);
            stations.Add(await Webmails.Webmail.StationsAsync(visit.Page));
            return time;
        });
        foreach (var station in stations.SelectMany(one => one).GroupBy(one => one.Key, one => one.Value, StringComparer.Ordinal).OrderBy(all => Median(all)))
            await Console.Error.WriteLineAsync($"{"",-12} {station.Key,-24} {Median(station),8:N1} ms");
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is var all ? all[all.Count / 2] : 0;

    private async Task WorkAsync(IPage page, Func<Row, Row> where, int messages)
    {
        Task<double> Time(Step step) => Webmails.Webmail.TimeAsync(page, step);
        var rare = Enumerable.Range(0, messages).Any(SampleMessage.HasRareWord) ? SampleMessage.RareWord : SampleMessage.SubjectWord;
        await session.MeasureAsync(where(Rows.Open), async i =>
        {
            await Task.Delay(BetweenMessages);
            return await Time(Webmail.Open(1 + i));
        });
        await session.MeasureAsync(where(Rows.Tick), i => RestedAsync(page, Webmail.Tick(1 + i)));
        await Time(Webmail.Folder(Webmail.Corpus));
        await session.MeasureAsync(where(Rows.Flag), i => RestedAsync(page, Webmail.Flag(1 + i)));
        await session.MeasureAsync(where(Rows.FlagSettled), i => RestedAsync(page, Webmail.FlagSettled(1 + i)));
        await session.MeasureAsync(where(Rows.Jump), async i =>
        {
            await Task.Delay(Breath);
            return await Time(Webmail.Jump((int)(messages * (0.5 + (i % 2 == 0 ? 0.011 : -0.013) * (i % 23)))));
        });
        await session.MeasureAsync(where(Rows.SearchSubject), i => SearchAsync(page, Webmail.SearchSubject(i % 2 == 0 ? SampleMessage.SubjectWord : "Minutes")));
        await session.MeasureAsync(where(Rows.SearchBody), i => SearchAsync(page, Webmail.SearchBody(i % 2 == 0 ? rare : SampleMessage.BodyWord)));
        await session.MeasureAsync(where(Rows.Folder), async _ =>
        {
            await Time(Webmail.Folder("INBOX"));
            await RestedAsync(page, null);
            return await Time(Webmail.Folder(Webmail.Corpus));
        });
        await Time(Webmail.Folder("INBOX"));
        await session.MeasureAsync(where(Rows.Move), _ => RestedAsync(page, Webmail.Move(2)));
        await session.MeasureAsync(where(Rows.MoveSettled), _ => RestedAsync(page, Webmail.MoveSettled(2)));
        await WritingAsync(page, where);
    }

    /// <summary>A search that finds the same as the one before would be at its end before it began.</summary>
    private async Task<double> SearchAsync(IPage page, Step step)
    {
        await RestedAsync(page, null);
        return await Webmails.Webmail.TimeAsync(page, step);
    }

    private async Task<double> RestedAsync(IPage page, Step? step)
    {
        await Webmail.RestAsync(page);
        await Task.Delay(Breath);
        return step is null ? 0 : await Webmails.Webmail.TimeAsync(page, step);
    }

    private async Task WritingAsync(IPage page, Func<Row, Row> where)
    {
        if (!session.Wants(where(Rows.Send)) && !session.Wants(where(Rows.Compose)))
            return;
        var composing = new List<double>();
        var run = Guid.NewGuid().ToString("N")[..8];
        await Webmails.Webmail.TimeAsync(page, Webmail.Folder("Sent"));
        await session.MeasureAsync(where(Rows.Send), async i =>
        {
            await RestedAsync(page, null);
            var (compose, send) = await Webmail.WriteAsync(page, BenchOptions.Other, $"Prova {run} {i};");
            composing.Add(compose);
            return send;
        });
        if (composing.Count > 1)
            session.Add(where(Rows.Compose), composing[1..]);
    }

    /// <summary>From the OK of somebody's APPEND until the row is there.</summary>
    private async Task NewMailAsync(IPage page, CancellationToken cancellationToken)
    {
        if (!session.Wants(Rows.NewMail))
            return;
        await Webmails.Webmail.TimeAsync(page, Webmail.Folder("INBOX"));
        await using var imap = await ImapConnection.SignInAsync(Webmail.Imap, BenchOptions.User, session.Options.Password, cancellationToken);
        await imap.AskCapabilitiesAsync(cancellationToken);
        await session.MeasureAsync(Rows.NewMail, async i =>
        {
            var subject = $"Arrivata {Guid.NewGuid().ToString("N")[..8]}";
            var seen = page.EvaluateAsync<double>($"() => bench.seen(() => {Webmail.Shows(subject)}, 70000)");
            await imap.AppendAsync(
                "INBOX", "", System.Text.Encoding.ASCII.GetBytes($"From: anna@example.org\r\nTo: bench1@example.test\r\nSubject: {subject}\r\nMessage-ID: <{Guid.NewGuid():N}@example.org>\r\n\r\nCiao\r\n"), cancellationToken);
            var sent = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            return Math.Max(0, await seen - sent);
        });
    }

    private async Task MemoryAsync(int process, CancellationToken cancellationToken)
    {
        await using var visit = new Visit(await session.SignedInAsync(Webmail.Address));
        await OpenPagesAsync(visit.Page.Context, PagesBefore);
        await Task.Delay(10_000, cancellationToken);
        var before = ResidentKilobytes(process);
        await OpenPagesAsync(visit.Page.Context, IdlePages);
        await Task.Delay(15_000, cancellationToken);
        session.Add(Rows.Memory, [(ResidentKilobytes(process) - before) / (double)IdlePages]);
    }

    private async Task OpenPagesAsync(IBrowserContext context, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var page = await context.NewPageAsync();
            await page.GotoAsync(Webmail.Address.ToString());
            await page.Locator("#desk[data-ready]").WaitForAsync();
        }
    }

    private static long ResidentKilobytes(int process) => long.Parse(
        File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))["VmRSS:".Length..].Replace("kB", "", StringComparison.Ordinal),
        System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A browser's window, closed with all its pages.</summary>
    private sealed record Visit(IPage Page) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => new(Page.Context.CloseAsync());
    }
}
