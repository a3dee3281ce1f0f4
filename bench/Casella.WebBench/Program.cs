using System.CommandLine;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Casella.Bench.Wire;
using Casella.WebBench.Running;
using Casella.WebBench.Webmails;
using Microsoft.Playwright;

namespace Casella.WebBench;

/// <summary>
/// Works in a webmail as its user does, in Debian's Chromium, and tells how long each act takes until it is on the
/// screen: Casella's and Roundcube's in one run. Uses no code of the product.
/// </summary>
internal static class Program
{
    private static readonly Option<string> Ours = new("--ours") { Description = "Casella's webmail, a URL" };
    private static readonly Option<string> OursImap = new("--ours-imap") { Description = "Its IMAP: imaps://host:port" };
    private static readonly Option<int?> OursProcess = new("--ours-pid") { Description = "Its process, whose memory is looked at" };
    private static readonly Option<string> Theirs = new("--theirs") { Description = "Roundcube, a URL" };
    private static readonly Option<string> TheirsImap = new("--theirs-imap") { Description = "The IMAP behind it" };
    private static readonly Option<string> Password = new("--password") { Description = "Of bench1@example.test and bench2@example.test", Required = true };
    private static readonly Option<int> Messages = new("--messages") { Description = "In the large folder", DefaultValueFactory = _ => 10_000 };
    private static readonly Option<int> Samples = new("--samples") { Description = "Of each act", DefaultValueFactory = _ => 20 };
    private static readonly Option<bool> FillOnly = new("--fill-only") { Description = "Only make the mailboxes" };
    private static readonly Option<string[]> Only = new("--only") { Description = "Acts whose name has this word" };

    public static Task<int> Main(string[] args)
    {
        var root = new RootCommand("Measures webmails in Chromium") { Ours, OursImap, OursProcess, Theirs, TheirsImap, Password, Messages, Samples, FillOnly, Only };
        root.SetAction((parsed, cancellationToken) => RunAsync(parsed, cancellationToken));
        return root.Parse(args).InvokeAsync();
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = new BenchOptions(
            parsed.GetRequiredValue(Password), parsed.GetValue(Messages), parsed.GetValue(Samples), parsed.GetValue(Only) ?? [], parsed.GetValue(OursProcess));
        var webmails = new List<Webmail>();
        if (parsed.GetValue(Ours) is { } ours)
            webmails.Add(new CasellaWebmail(new Uri(ours), Endpoint.Parse(parsed.GetRequiredValue(OursImap))));
        if (parsed.GetValue(Theirs) is { } theirs)
            webmails.Add(new RoundcubeWebmail(new Uri(theirs), Endpoint.Parse(parsed.GetRequiredValue(TheirsImap))));

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            // Trusted as a real certificate is: what comes with a mistake in it is not kept, and every page would load anew.
            Args = [$"--ignore-certificate-errors-spki-list={string.Join(',', await Task.WhenAll(webmails.Select(KeyHashAsync)))}", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        });
        var figures = new List<Figure>();
        foreach (var webmail in webmails)
        {
            await Console.Error.WriteLineAsync($"filling {webmail.Name}: {options.Messages} messages");
            await Mailboxes.FillAsync(webmail.Imap, BenchOptions.User, options.Password, options.Messages, cancellationToken);
            if (parsed.GetValue(FillOnly))
                continue;
            var session = new Session(browser, webmail, options);
            await new Journey(session).RunAsync(cancellationToken);
            figures.AddRange(session.Figures);
        }

        if (figures.Count > 0)
            Console.WriteLine(Table.Of(figures));
        return 0;
    }

    private static async Task<string> KeyHashAsync(Webmail webmail)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(webmail.Address.Host, webmail.Address.Port);
        await using var tls = new SslStream(tcp.GetStream(), false, (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsClientAsync(webmail.Address.Host);
        using var certificate = new X509Certificate2(tls.RemoteCertificate!);
        return Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
    }
}
