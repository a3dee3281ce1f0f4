using Casella.Core.Delivery;
using Casella.Formats.AuthenticationResults;
using Casella.Formats.Signatures;

namespace Casella.Smtp.Inbound;

/// <summary>The answers as lines of the Authentication-Results field (RFC 8601 §2.7).</summary>
internal static class VerdictLines
{
    /// <summary>Characters of a signature by which one of several is told from the others (RFC 6008 §4).</summary>
    private const int SignatureMark = 8;

    public static IReadOnlyList<MethodLine> Of(Answers answers, DmarcAnswer dmarc, bool isBelieved)
    {
        var lines = new List<MethodLine>();
        var sender = answers.Sender;
        if (!sender.IsTrusted)
        {
            lines.Add(new MethodLine("iprev", answers.Name.Result.Word(), answers.Name.Name, [("policy.iprev", sender.Client.Address.ToString())]));
            lines.Add(new MethodLine("spf", answers.Spf.Result.Word(), answers.Spf.Comment, [sender.ReversePath is { } path
                ? ("smtp.mailfrom", path.ToString())
                : ("smtp.helo", sender.Client.Hello)]));
        }

        if (answers.Dkim.Count == 0 && !sender.IsTrusted)
            lines.Add(new MethodLine("dkim", "none", null, []));
        lines.AddRange(answers.Dkim.Select(one => new MethodLine("dkim", one.Result.Word(), one.Comment, one.Signature is { } signature
            ? [("header.d", signature.Domain), ("header.s", signature.Selector), ("header.b", Mark(signature))]
            : [])));
        if (answers.Arc.Result is not CheckResult.None)
            lines.Add(new MethodLine("arc", answers.Arc.Result.Word(), answers.Arc.Comment, []));
        if (!sender.IsTrusted)
            lines.Add(new MethodLine("dmarc", dmarc.Result.Word(), Comment(answers, isBelieved), [("header.from", answers.Author.Domain ?? "")]));
        return lines;
    }

    /// <summary>One that is shorter is none, and is told from the others by all that there is.</summary>
    private static string Mark(MessageSignature signature)
    {
        var text = Convert.ToBase64String(signature.Signature.Span);
        return text[..Math.Min(text.Length, SignatureMark)];
    }

    private static string? Comment(Answers answers, bool isBelieved) => answers switch
    {
        { Author.Domain: null } => "not one author",
        { Published.Record: null } => null,
        { Arc.WasGood: true } => $"p={answers.Published.Policy.ToString().ToLowerInvariant()}, good before it was changed on its way",
        _ => $"p={answers.Published.Policy.ToString().ToLowerInvariant()}{(isBelieved ? ", not applied" : "")}",
    };
}
