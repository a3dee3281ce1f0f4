using Casella.Core.Annotations;

namespace Casella.Server.Administration;

internal sealed record GetStatus : AdminRequest<ServerStatus>
{
    protected override Task<ServerStatus> RunAsync(AdminContext context, CancellationToken cancellationToken) => Task.FromResult(
        context.Status?.Invoke() ?? throw new CommandException("NotRunning", "No server runs on this data folder."));
}

/// <summary>What programs are told of who runs the server (IMAP METADATA).</summary>
/// <param name="Admin">A URI, or empty for the postmaster; null leaves it as it is.</param>
/// <param name="Comment">Empty for none; null leaves it as it is.</param>
internal sealed record SetContact(string? Admin, string? Comment) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var annotations = context.Services.GetRequiredService<ServerAnnotations>();
        if (Admin is not null)
            await annotations.SetAdminAsync(Admin, cancellationToken);
        if (Comment is not null)
            await annotations.SetCommentAsync(Comment, cancellationToken);
        return new Done();
    }
}

/// <summary>Checks every account's rows, counters, UID rules and body hashes; tells each finding as it comes.</summary>
/// <param name="Address">Only this account, or null for all.</param>
internal sealed record Verify(string? Address) : AdminRequest<VerifyView>
{
    protected override async Task<VerifyView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var accounts = Address is null
            ? await context.Directory.AccountsAsync(cancellationToken)
            : [await context.Directory.AccountAsync(Address, cancellationToken)];
        var findings = new List<string>();
        foreach (var account in accounts)
        {
            void Found(string finding)
            {
                findings.Add($"{account.Address}: {finding}");
                context.Tell(findings[^1]);
            }
            await context.Accounts.VerifyAsync(account.Id, Found, cancellationToken);
        }
        return new VerifyView(accounts.Count, findings);
    }
}
