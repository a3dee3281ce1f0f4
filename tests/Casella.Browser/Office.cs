using Casella.Journeys.Clients;
using Casella.Journeys.Server;
using MailKit;
using MimeKit;

namespace Casella.Browser;

/// <summary>A section's shared mailbox with its people and some mail, made by the office's own commands.</summary>
internal sealed class Office(CasellaServer server, Mailbox shared)
{
    public CasellaServer Server => server;
    public Mailbox Shared => shared;

    public static async Task<Office> OpenAsync(CasellaServer server) => new(server, await server.AddMailboxAsync("sezione"));

    /// <summary>With Anna, who has signed in.</summary>
    public static async Task<(Office Office, Window Window)> OpenAsync(CasellaServer server, Task<Window> opening)
    {
        var office = await OpenAsync(server);
        var (login, password) = await office.AddPersonAsync("Anna");
        var window = await opening;
        await window.SignInAsync(server, login, password);
        return (office, window);
    }

    /// <summary>A person who signs in as themselves.</summary>
    public async Task<(string Login, string Password)> AddPersonAsync(string name, string rights = "read,work,send,manage", string language = "it")
    {
        var (login, password) = ($"{name.Split(' ')[0].ToLowerInvariant()}-{Guid.NewGuid().ToString("N")[..8]}", $"correct horse {name}");
        await server.CommandAsync($"{password}\n", ["person", "add", name, "--login", login, "--language", language, "--password-stdin"]);
        await server.CommandAsync("member", "add", shared.Address, login, "--rights", rights);
        return (login, password);
    }

    /// <summary>Mail that comes in, the last one the newest.</summary>
    public async Task ReceiveAsync(params MimeMessage[] messages)
    {
        using var imap = await MailKitClients.ImapAsync(server, shared);
        foreach (var message in messages)
            await imap.Inbox!.AppendAsync(message, MessageFlags.None, TestContext.Current.CancellationToken);
        await imap.DisconnectAsync(true, TestContext.Current.CancellationToken);
    }

    /// <summary>A template as another program would put it there.</summary>
    public async Task KeepTemplateAsync(string name, string text)
    {
        using var imap = await MailKitClients.ImapAsync(server, shared);
        var top = imap.GetFolder(imap.PersonalNamespaces[0]);
        var shelf = (await top.CreateAsync("Templates", isMessageFolder: true, TestContext.Current.CancellationToken))!;
        await shelf.AppendAsync(Letter("Anna", name, text), MessageFlags.Seen, TestContext.Current.CancellationToken);
        await shelf.SubscribeAsync(TestContext.Current.CancellationToken);
        await imap.DisconnectAsync(true, TestContext.Current.CancellationToken);
    }

    public static MimeMessage Letter(string from, string subject, string text, string? html = null, string to = "sezione@example.test", string? address = null)
    {
        var message = new MimeMessage { Subject = subject, MessageId = $"{Guid.NewGuid():N}@example.org", Date = DateTimeOffset.Now };
        message.From.Add(new MailboxAddress(from, address ?? $"{from.Split(' ')[0].ToLowerInvariant()}@example.org"));
        message.To.Add(new MailboxAddress("Sezione", to));
        message.Body = new BodyBuilder { TextBody = text, HtmlBody = html }.ToMessageBody();
        return message;
    }
}
