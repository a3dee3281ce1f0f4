namespace Casella.Network.Machines;

/// <summary>
/// Debian's Postfix as the other side: it insists on DANE where DNS has it (smtp_tls_security_level=dane), signs nothing, and
/// puts everything for its domains into one maildir.
/// </summary>
internal sealed class PostfixMachine(string folder, Place place, string hostName) : IAsyncDisposable
{
    private const string Services = """
        smtp      inet  n       -       n       -       -       smtpd
        pickup    unix  n       -       n       60      1       pickup
        cleanup   unix  n       -       n       -       0       cleanup
        qmgr      unix  n       -       n       300     1       qmgr
        tlsmgr    unix  -       -       n       1000?   1       tlsmgr
        rewrite   unix  -       -       n       -       -       trivial-rewrite
        bounce    unix  -       -       n       -       0       bounce
        defer     unix  -       -       n       -       0       bounce
        trace     unix  -       -       n       -       0       bounce
        verify    unix  -       -       n       -       1       verify
        flush     unix  n       -       n       1000?   0       flush
        proxymap  unix  -       -       n       -       -       proxymap
        proxywrite unix -       -       n       -       1       proxymap
        smtp      unix  -       -       n       -       -       smtp
        relay     unix  -       -       n       -       -       smtp
        error     unix  -       -       n       -       -       error
        retry     unix  -       -       n       -       -       error
        discard   unix  -       -       n       -       -       discard
        local     unix  -       n       n       -       -       local
        virtual   unix  -       n       n       -       -       virtual
        lmtp      unix  -       -       n       -       -       lmtp
        anvil     unix  -       -       n       -       1       anvil
        scache    unix  -       -       n       -       1       scache
        postlog   unix-dgram n  -       n       -       1       postlogd
        """;

    public Place Place => place;
    public string HostName => hostName;
    public string Log => Path.Join(folder, "log");

    public System.Security.Cryptography.X509Certificates.X509Certificate2 Certificate { get; private set; } = null!;

    public async Task StartAsync(TestAuthority authority, string domains, params string[] names)
    {
        Directory.CreateDirectory(Path.Join(folder, "etc"));
        Directory.CreateDirectory(Path.Join(folder, "spool"));
        Directory.CreateDirectory(Path.Join(folder, "lib"));
        Directory.CreateDirectory(Path.Join(folder, "mail"));
        Certificate = await authority.WriteAsync(folder, [hostName, .. names]);
        await File.WriteAllTextAsync(Path.Join(folder, "etc/master.cf"), Services + "\n");
        await File.WriteAllTextAsync(Path.Join(folder, "etc/main.cf"), $"""
            compatibility_level = 3.6
            myhostname = {hostName}
            myorigin = {domains.Split(' ')[0]}
            mydestination = localhost
            mynetworks = 127.0.0.0/8
            inet_interfaces = all
            inet_protocols = all
            smtp_address_preference = ipv4
            smtp_bind_address = {place.Address}
            queue_directory = {folder}/spool
            data_directory = {folder}/lib
            maillog_file = {folder}/log
            maillog_file_prefixes = {folder}
            smtpd_tls_cert_file = {folder}/cert.pem
            smtpd_tls_key_file = {folder}/key.pem
            smtpd_tls_security_level = may
            smtp_dns_support_level = dnssec
            smtp_tls_security_level = dane
            smtp_tls_loglevel = 1
            smtp_host_lookup = dns
            virtual_mailbox_domains = {domains}
            virtual_mailbox_maps = static:box/
            virtual_mailbox_base = {folder}/mail
            virtual_uid_maps = static:65534
            virtual_gid_maps = static:65534
            alias_maps =
            local_recipient_maps =
            minimal_backoff_time = 1h

            """);
        await Tool.RunAsync("chmod", "-R", "a+rX", folder);
        await Tool.RunAsync("chown", "nobody", Path.Join(folder, "mail"));
        await Tool.RunAsync("chown", "postfix", Path.Join(folder, "lib"));
        await Tool.RunAsync(place.Command("postfix", "-c", Path.Join(folder, "etc"), "start"));
    }

    /// <summary>From the machine itself, as its users would; the answer.</summary>
    public async Task<string> SubmitAsync(string from, string to, string message)
    {
        await using var wire = await MailWire.ConnectAsync(await place.ConnectAsync(System.Net.IPAddress.Loopback, 25));
        await wire.AskAsync("EHLO localhost");
        return await wire.SendAsync(from, to, message);
    }

    /// <summary>The status that Postfix has logged for a recipient: "sent", "deferred", "bounced", with its words.</summary>
    public async Task<string> FateAsync(string recipient)
    {
        for (var i = 0; i < 300; i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            var line = (await Tool.ReadAsync(Log)).Split('\n').LastOrDefault(one =>
                one.Contains($"to=<{recipient}>", StringComparison.Ordinal) && one.Contains("status=", StringComparison.Ordinal));
            if (line is not null)
                return line[(line.IndexOf("status=", StringComparison.Ordinal) + 7)..];
        }

        return "nothing happened";
    }

    /// <summary>How sure Postfix calls its last connection to a server: "Verified", "Trusted", "Untrusted".</summary>
    public async Task<string> TlsAsync(string server) =>
        (await Tool.ReadAsync(Log)).Split('\n').LastOrDefault(line => line.Contains($"TLS connection established to {server}[", StringComparison.Ordinal)) is { } line
            ? line.Split("postfix/")[1].Split(": ")[1].Split(' ')[0]
            : "none";

    /// <summary>A message in the maildir, or null when it does not come.</summary>
    public async Task<string?> FindMailAsync(string messageId)
    {
        for (var i = 0; i < 50; i++)
        {
            if (Directory.Exists(Path.Join(folder, "mail/box/new")))
                foreach (var file in Directory.EnumerateFiles(Path.Join(folder, "mail/box/new")))
                    if (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) is var text && text.Contains(messageId, StringComparison.Ordinal))
                        return text;
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        return null;
    }

    public async ValueTask DisposeAsync() => await Tool.TryAsync(place.Command("postfix", "-c", Path.Join(folder, "etc"), "stop"));
}
