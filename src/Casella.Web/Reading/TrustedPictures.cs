using System.Text;
using Casella.Core.Annotations;
using Casella.Core.Messages;

namespace Casella.Web.Reading;

/// <summary>
/// Senders whose pictures from elsewhere a person always sees, and whether all are shown: an annotation of their own in
/// the mailbox. The pictures come through our proxy all the same.
/// </summary>
internal sealed record TrustedPictures(bool All, IReadOnlyList<string> Senders)
{
    /// <summary>The oldest go.</summary>
    private const int SendersAtMost = 200;

    private const string Everybody = "*";

    private static readonly AnnotationEntry Entry = AnnotationEntry.Parse("/private/vendor/casella/pictures");

    public static async Task<TrustedPictures> ReadAsync(MailAccount account, CancellationToken cancellationToken)
    {
        var all = await account.Annotations.ReadAsync(null, cancellationToken);
        var lines = all.FirstOrDefault(one => one.Entry == Entry).Value is { } value ? Encoding.UTF8.GetString(value.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
        return new TrustedPictures(lines.Contains(Everybody, StringComparer.Ordinal), [.. lines.Where(line => line is not Everybody)]);
    }

    /// <summary>Only who has proven to be it: a name in From costs a liar nothing.</summary>
    public bool Shows(string sender, SenderProof proof) =>
        All || (proof is not (SenderProof.Refuted or SenderProof.Unproven) && Senders.Contains(sender, StringComparer.OrdinalIgnoreCase));

    public TrustedPictures With(string sender) =>
        this with { Senders = [.. Senders.Where(one => !string.Equals(one, sender, StringComparison.OrdinalIgnoreCase)).Append(sender.ToLowerInvariant()).TakeLast(SendersAtMost)] };

    /// <exception cref="Core.MailException">AnnotationTooLarge, TooManyAnnotations.</exception>
    public Task WriteAsync(MailAccount account, CancellationToken cancellationToken)
    {
        var text = string.Join('\n', All ? Senders.Prepend(Everybody) : Senders);
        var value = text.Length == 0 ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(text);
        return account.Annotations.SetAsync(null, [new Annotation(Entry, value)], cancellationToken);
    }
}
