using System.Text;
using Casella.Core.Storage;
using Casella.Formats.Addresses;

namespace Casella.Core.Annotations;

/// <summary>
/// What the office says of the server to everybody who signs in (RFC 5464 §6.2): a comment, and where it can be
/// reached. Kept in the directory; programs can only read it.
/// </summary>
public sealed class ServerAnnotations
{
    private const string CommentSetting = "annotation.comment";
    private const string AdminSetting = "annotation.admin";

    private static readonly AnnotationEntry Comment = AnnotationEntry.Parse("/shared/comment");
    private static readonly AnnotationEntry Admin = AnnotationEntry.Parse("/shared/admin");

    private readonly IDirectoryStore _store;

    internal ServerAnnotations(IDirectoryStore store) => _store = store;

    /// <param name="reader">Who asks: while nobody has said anything else, the postmaster of its domain answers, whom
    /// every domain has (RFC 5321 §4.5.1).</param>
    public async Task<IReadOnlyList<Annotation>> ReadAsync(EmailAddress reader, CancellationToken cancellationToken)
    {
        var admin = await _store.GetSettingAsync(AdminSetting, cancellationToken);
        if (string.IsNullOrEmpty(admin))
            admin = $"mailto:postmaster@{reader.Domain}";
        var annotations = new List<Annotation> { new(Admin, Encoding.UTF8.GetBytes(admin)) };
        if (await _store.GetSettingAsync(CommentSetting, cancellationToken) is { Length: > 0 } comment)
            annotations.Add(new Annotation(Comment, Encoding.UTF8.GetBytes(comment)));
        return annotations;
    }

    /// <param name="comment">Empty for none.</param>
    public Task SetCommentAsync(string comment, CancellationToken cancellationToken) =>
        _store.SetSettingAsync(CommentSetting, comment, cancellationToken);

    /// <param name="uri">mailto:, tel: or https: (RFC 5464 §6.2.2); empty for the postmaster.</param>
    /// <exception cref="Directory.DirectoryRuleException">Not a URI.</exception>
    public Task SetAdminAsync(string uri, CancellationToken cancellationToken) =>
        uri.Length == 0 || Uri.TryCreate(uri, UriKind.Absolute, out _)
            ? _store.SetSettingAsync(AdminSetting, uri, cancellationToken)
            : throw new Directory.DirectoryRuleException($"\"{uri}\" is no URI; write mailto:office@example.org or tel:+39055123.");
}
