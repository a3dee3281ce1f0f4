namespace Casella.Smtp.Session;

/// <summary>
/// How long the next octets of a message's content are waited for: a peer may not be silent for long, nor send a byte
/// now and then for ever. One for each DATA or BDAT.
/// </summary>
internal sealed class ContentPatience(SmtpSession session)
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    private readonly long _started = session.Services.Time.GetTimestamp();

    public TimeSpan Next()
    {
        var (silence, left) = (session.Services.Options.DataTime, session.Services.Options.MessageTime - session.Services.Time.GetElapsedTime(_started));
        var patience = silence < left ? silence : left;
        return patience > Least ? patience : Least;
    }
}
