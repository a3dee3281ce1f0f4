using System.Text.Json.Serialization;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Queue;

namespace Casella.Server.Administration;

/// <summary>
/// One thing an administrator asks for. The table below is all there is: the same record runs in the server, sent over
/// the control socket, or in the command's own process when no server runs. To add one: a record here or beside, a row
/// in the table, a command in <see cref="CommandLine"/>.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(GetStatus), "status")]
[JsonDerivedType(typeof(AddDomain), "domain.add")]
[JsonDerivedType(typeof(ListDomains), "domain.list")]
[JsonDerivedType(typeof(RemoveDomain), "domain.remove")]
[JsonDerivedType(typeof(AddAccount), "account.add")]
[JsonDerivedType(typeof(CheckAccount), "account.check")]
[JsonDerivedType(typeof(ListAccounts), "account.list")]
[JsonDerivedType(typeof(ShowAccount), "account.show")]
[JsonDerivedType(typeof(SetPassword), "account.set-password")]
[JsonDerivedType(typeof(SetQuota), "account.set-quota")]
[JsonDerivedType(typeof(RemoveAccount), "account.remove")]
[JsonDerivedType(typeof(AddAlias), "alias.add")]
[JsonDerivedType(typeof(ListAliases), "alias.list")]
[JsonDerivedType(typeof(RemoveAlias), "alias.remove")]
[JsonDerivedType(typeof(ListQueue), "queue.list")]
[JsonDerivedType(typeof(RetryQueued), "queue.retry")]
[JsonDerivedType(typeof(RemoveQueued), "queue.remove")]
[JsonDerivedType(typeof(RebuildIndex), "index.rebuild")]
[JsonDerivedType(typeof(GetIndexStatus), "index.status")]
[JsonDerivedType(typeof(Verify), "verify")]
internal abstract record AdminRequest
{
    /// <summary>Does it; the result is a record or list of Views.cs' kind.</summary>
    public abstract Task<object> ExecuteAsync(AdminContext context, CancellationToken cancellationToken);
}

/// <summary>A request whose answer has this type.</summary>
internal abstract record AdminRequest<TResult> : AdminRequest
    where TResult : notnull
{
    public sealed override async Task<object> ExecuteAsync(AdminContext context, CancellationToken cancellationToken) =>
        await RunAsync(context, cancellationToken);

    protected abstract Task<TResult> RunAsync(AdminContext context, CancellationToken cancellationToken);
}

/// <summary>What requests work with.</summary>
/// <param name="Status">Null in a command's own process.</param>
/// <param name="Tell">Takes a line for the administrator while the request is still at work.</param>
internal sealed record AdminContext(
    MailDirectory Directory, MailAccounts Accounts, MailQueue Queue, Func<ServerStatus>? Status, Action<string> Tell);
