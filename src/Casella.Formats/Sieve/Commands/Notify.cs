using Casella.Formats.Addresses;
using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Matching;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Commands;

/// <summary>notify (RFC 5435) by mail (RFC 5436): tells somebody that a message has come.</summary>
internal sealed class Notify(int line, SieveText? from, int importance, SieveText? message, NotifyTarget target) : SieveCommand(line)
{
    public static SieveCommand Read(Arguments arguments)
    {
        var from = arguments.Text(":from");
        var importance = arguments.Constant(":importance") ?? "2";
        // Mail knows no options (RFC 5436 §2.4).
        _ = arguments.Texts(":options");
        var message = arguments.Text(":message");
        var copy = CopyArguments.Read(arguments);
        var method = arguments.NextText();
        if (importance is not ("1" or "2" or "3"))
            throw arguments.Fault("BadImportance", importance);
        if (method.IsConstant && NotifyMethod.TryParse(method.Source) is null)
            throw arguments.Fault("BadNotifyMethod", method.Source);
        return new Notify(arguments.Line, from, importance[0] - '0', message, new NotifyTarget(method, copy));
    }

    public override Flow Execute(SieveRun run)
    {
        var uri = target.Method.Expand(run);
        var method = NotifyMethod.TryParse(uri) ?? throw run.Fault("BadNotifyMethod", uri);
        if (method.To.Count > run.Limits.Redirects)
            throw run.Fault("TooManyRedirects", run.Limits.Redirects);
        // RFC 5436 §2.7: the message is the subject; that of the URI comes after it.
        var subject = message?.Expand(run) ?? method.Subject;
        run.Result.Notify(run, new SieveNotification(From(run), method.To, subject, method.Body, importance, method.Fields, target.Copy?.Copy(run)));
        return Flow.Next;
    }

    private EmailAddress? From(SieveRun run)
    {
        if (from is null)
            return null;
        var text = from.Expand(run);
        return FieldAddresses.ParseOne(text) ?? throw run.Fault("BadAddress", text);
    }
}

internal sealed record NotifyTarget(SieveText Method, CopyArguments? Copy);
