using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.Pkcs;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using AwesomeAssertions;
using Casella.Core.Lists;
using Casella.Server.Options;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Server.Tests.Hosting;

/// <summary>How programs set themselves up from an address alone, as the server answers them over HTTP.</summary>
public sealed class ClientSetupTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false });
    private RunningServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(_folder.Data);
        (await CommandResult.OfAsync("--data", _folder.Data, "domain", "add", "example.org")).ExitCode.Should().Be(0);
        _http.BaseAddress = new Uri($"http://127.0.0.1:{PortOf("Webmail", "none")}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("/mail/config-v1.1.xml?emailaddress=anyone@example.org", "autoconfig.example.org")]
    [InlineData("/mail/config-v1.1.xml", "autoconfig.example.org")]
    [InlineData("/.well-known/autoconfig/mail/config-v1.1.xml", "example.org")]
    [InlineData("/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress=anyone@EXAMPLE.org", "mail.example.org")]
    public async Task Thunderbird_is_told_the_ports_that_are_open(string path, string host)
    {
        var document = XDocument.Parse(await (await GetAsync(path, host)).Content.ReadAsStringAsync(Stop));

        document.Descendants("incomingServer").First().Element("port")!.Value.Should().Be(PortOf("IMAP", "SSL/TLS"));
        document.Descendants("outgoingServer").First().Element("port")!.Value.Should().Be(PortOf("SMTP submission", "SSL/TLS"));
        document.Descendants("hostname").Select(name => name.Value).Distinct(StringComparer.Ordinal).Should().Equal("mail.example.org");
    }

    [Theory]
    [InlineData("/mail/config-v1.1.xml?emailaddress=info@elsewhere.test", "autoconfig.example.org")]
    [InlineData("/mail/config-v1.1.xml", "autoconfig.elsewhere.test")]
    [InlineData("/autodiscover/autodiscover.json?Email=info@elsewhere.test&Protocol=AutodiscoverV1", "autodiscover.example.org")]
    public async Task A_domain_that_is_not_ours_is_not_found(string path, string host) =>
        (await GetAsync(path, host)).StatusCode.Should().Be(HttpStatusCode.NotFound);

    [Fact]
    public async Task Other_servers_read_our_policy_where_dns_leads_them()
    {
        var answer = await GetAsync("/.well-known/mta-sts.txt", "mta-sts.example.org");
        answer.Content.Headers.ContentType!.MediaType.Should().Be("text/plain");
        (await answer.Content.ReadAsStringAsync(Stop)).Should().Be("version: STSv1\nmode: enforce\nmx: mail.example.org\nmax_age: 604800\n");
        (await GetAsync("/.well-known/mta-sts.txt", "mta-sts.elsewhere.test")).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await GetAsync("/.well-known/mta-sts.txt", "example.org")).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await GetAsync("/.well-known/user-agent-configuration.json", "ua-auto-config.example.org")).StatusCode.Should().Be(HttpStatusCode.NotFound, "no port is the usual one");
    }

    /// <summary>RFC 8058 §3: looking does nothing, POST without any cookie leaves.</summary>
    [Fact]
    public async Task One_leaves_a_list_by_one_click()
    {
        async Task<CommandResult> Run(params string[] arguments) => await CommandResult.OfAsync(["--data", _folder.Data, "list", .. arguments]);
        (await Run("put", "news@example.org", "--title", "Notizie <b>")).ExitCode.Should().Be(0);
        (await Run("subscribe", "news@example.org", "anna@example.net", "bob@example.net", "--posts")).ExitCode.Should().Be(0);
        var lists = _server.Server.Services.GetRequiredService<MailingLists>();
        var list = await lists.FindAsync("news@example.org", Stop);
        var member = (await lists.MembersAsync(list, Stop)).Single(one => one.Address.ToString() is "anna@example.net");
        var path = $"/list/leave/{await lists.LinkAsync(list, member, Stop)}";

        (await (await GetAsync(path, "mail.example.org")).Content.ReadAsStringAsync(Stop)).Should().Contain("Notizie b").And.Contain("<form method=\"post\">");
        (await lists.MembersAsync(list, Stop)).Should().HaveCount(2);
        using var body = new StringContent("List-Unsubscribe=One-Click", Encoding.ASCII, "application/x-www-form-urlencoded");
        (await _http.PostAsync(new Uri(path, UriKind.Relative), body, Stop)).StatusCode.Should().Be(HttpStatusCode.OK);

        (await Run("show", "news@example.org")).Text.Should().Contain("bob@example.net").And.NotContain("anna@example.net");
        (await GetAsync(path[..^1] + "x", "mail.example.org")).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Outlook_is_told_the_same()
    {
        var answer = await DiscoverAsync("/Autodiscover/Autodiscover.xml", "nobody@example.org", "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a");

        answer.Should().Contain($"<Port>{PortOf("IMAP", "SSL/TLS")}</Port>").And.Contain("<LoginName>nobody@example.org</LoginName>");
    }

    [Fact]
    public async Task Telephones_are_told_that_nobody_speaks_ActiveSync()
    {
        var answer = await DiscoverAsync("/autodiscover/autodiscover.xml", "nobody@example.org", "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006");

        answer.Should().Contain("<ErrorCode>601</ErrorCode>");
    }

    [Fact]
    public async Task The_second_version_leads_to_the_first()
    {
        var found = JsonDocument.Parse(await (await GetAsync("/autodiscover/autodiscover.json?Email=a@example.org&Protocol=autodiscoverv1", "x")).Content.ReadAsStringAsync(Stop)).RootElement;
        found.GetProperty("Protocol").GetString().Should().Be("AutodiscoverV1");
        found.GetProperty("Url").GetString().Should().Be($"https://mail.example.org:{PortOf("Webmail", "SSL/TLS")}/autodiscover/autodiscover.xml");

        var refused = await GetAsync("/autodiscover/autodiscover.json/v1.0/a@example.org?Protocol=ActiveSync", "x");
        refused.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        JsonDocument.Parse(await refused.Content.ReadAsStringAsync(Stop)).RootElement.GetProperty("ErrorCode").GetString().Should().Be("InvalidProtocol");
    }

    [Fact]
    public async Task Without_TLS_Outlook_is_led_to_where_there_is()
    {
        var led = await GetAsync("/autodiscover/autodiscover.xml", "autodiscover.example.org");

        led.StatusCode.Should().Be(HttpStatusCode.Redirect);
        led.Headers.Location!.ToString().Should().Be($"https://mail.example.org:{PortOf("Webmail", "SSL/TLS")}/autodiscover/autodiscover.xml");
    }

    [Theory]
    [InlineData("it-IT,it;q=0.9,en;q=0.5", "Aiuto per la posta")]
    [InlineData("en-GB,en;q=0.9", "Help with your mail")]
    public async Task The_help_page_has_the_ports_in_the_readers_language(string language, string title)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/help");
        request.Headers.Add("Accept-Language", language);
        var page = WebUtility.HtmlDecode(await (await _http.SendAsync(request, Stop)).Content.ReadAsStringAsync(Stop));

        page.Should().Contain($"<h1>{title}</h1>").And.Contain($"<td>{PortOf("IMAP", "SSL/TLS")}</td>").And.Contain("<td>mail.example.org</td>")
            .And.NotContain("office@example.org", "programs collect addresses");
        page.Should().Contain("101 99 105 102 102 111", "our script makes a link of it");
        page.Should().Contain(language.StartsWith("it", StringComparison.Ordinal) ? "office chiocciola example punto org" : "office at example dot org", "people read it without any script");
    }

    [Fact]
    public async Task A_profile_without_a_password_is_for_everybody_of_our_domains()
    {
        var profile = await GetAsync("/setup/profile.mobileconfig?address=anyone@example.org", "mail.example.org");
        profile.Content.Headers.ContentType!.MediaType.Should().Be("application/x-apple-aspen-config");
        profile.Headers.CacheControl!.NoStore.Should().BeTrue();
        var signed = new SignedCms();
        signed.Decode(await profile.Content.ReadAsByteArrayAsync(Stop));
        signed.CheckSignature(verifySignatureOnly: true);
        Encoding.UTF8.GetString(signed.ContentInfo.Content).Should().Contain("anyone@example.org").And.NotContain("<key>IncomingPassword</key>");

        (await GetAsync("/setup/profile.mobileconfig?address=anyone@elsewhere.test", "mail.example.org")).StatusCode.Should().Be(HttpStatusCode.NotFound);
        using var form = new FormUrlEncodedContent([]);
        var taken = await _http.PostAsync(new Uri("/setup/0000/profile", UriKind.Relative), form, Stop);
        (taken.StatusCode, taken.Headers.Location!.ToString()).Should().Be((HttpStatusCode.Redirect, "/setup/0000"));
        (await GetAsync("/setup/0000000000000000000000000000000000000000000000000000000000000000", "mail.example.org")).StatusCode.Should().Be(HttpStatusCode.Gone);
    }

    /// <summary>As an iPhone does it: the signature first, then what is in it, by parsers that are not ours.</summary>
    [Fact]
    public async Task A_profile_is_opened_by_openssl_and_read_by_plistlib()
    {
        var profile = await GetAsync("/setup/profile.mobileconfig?address=anyone@example.org", "mail.example.org");
        var (signed, plain) = (Path.Join(_folder.Path, "signed"), Path.Join(_folder.Path, "plain"));
        await File.WriteAllBytesAsync(signed, await profile.Content.ReadAsByteArrayAsync(Stop), Stop);

        await RunAsync("openssl", "cms", "-verify", "-inform", "DER", "-in", signed, "-out", plain, "-CAfile", Path.Join(_folder.Data, "tls", "ca.pem"), "-purpose", "any");
        var read = await RunAsync("python3", "-c",
            """
            import plistlib, sys
            profile = plistlib.load(open(sys.argv[1], "rb"))
            mail = [one for one in profile["PayloadContent"] if one["PayloadType"] == "com.apple.mail.managed"]
            print(profile["PayloadType"], len(mail), mail[0]["IncomingMailServerHostName"], mail[0]["IncomingMailServerPortNumber"], mail[0]["EmailAddress"])
            """, plain);

        read.Should().Be($"Configuration 1 mail.example.org {PortOf("IMAP", "SSL/TLS")} anyone@example.org\n");
    }

    /// <summary>The draft has no place for a port: it is answered where they are the usual ones, and curl asks there.</summary>
    [Fact]
    public async Task At_the_usual_ports_a_program_of_PACC_is_told_where_to_go()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root has the usual ports");
        var address = IPAddress.Parse("127.77.5.1");
        ListenerAddress At(int port) => new(address, port, IsOff: false);
        using var folder = new TestFolder();
        await using var server = await RunningServer.StartAsync(folder.Data, change: options => options with
        {
            Listeners = options.Listeners with { Imaps = At(993), Submissions = At(465), Https = At(443) },
        });
        (await CommandResult.OfAsync("--data", folder.Data, "domain", "add", "example.org")).ExitCode.Should().Be(0);
        const string Name = "ua-auto-config.example.org";

        var told = await RunAsync("curl", "-sS", "-k", "-w", " %{http_code} %{content_type}", "--resolve", $"{Name}:443:{address}", $"https://{Name}/.well-known/user-agent-configuration.json");
        var elsewhere = await RunAsync("curl", "-sS", "-k", "-w", "%{http_code}", "--resolve", $"mail.example.org:443:{address}", "https://mail.example.org/.well-known/user-agent-configuration.json");

        told.Should().EndWith("} 200 application/json");
        var document = JsonDocument.Parse(told[..(told.LastIndexOf('}') + 1)]).RootElement;
        document.GetProperty("protocols").GetProperty("imap").GetProperty("host").GetString().Should().Be("mail.example.org");
        document.GetProperty("protocols").GetProperty("submit").GetProperty("host").GetString().Should().Be("mail.example.org");
        document.GetProperty("protocols").TryGetProperty("pop3", out _).Should().BeFalse("it is at another port");
        elsewhere.Should().EndWith("404");
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var (said, errors) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await process.WaitForExitAsync(Stop);
        process.ExitCode.Should().Be(0, await errors);
        return await said;
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        return await _http.SendAsync(request, Stop);
    }

    private async Task<string> DiscoverAsync(string path, string address, string schema)
    {
        var body = $"""
            <Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>
            <EMailAddress>{address}</EMailAddress><AcceptableResponseSchema>{schema}</AcceptableResponseSchema></Request></Autodiscover>
            """;
        using var content = new StringContent(body, Encoding.UTF8, "text/xml");
        var answer = await _http.PostAsync(new Uri(path, UriKind.Relative), content, Stop);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        return await answer.Content.ReadAsStringAsync(Stop);
    }

    private string PortOf(string service, string encryption) => _server.Server.Status().Listeners
        .Single(listener => string.Equals(listener.Service, service, StringComparison.Ordinal) && listener.Encryption.StartsWith(encryption, StringComparison.Ordinal))
        .Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
