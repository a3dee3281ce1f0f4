using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Casella.Net.Acme;
using Casella.Net.Tls;

namespace Casella.Server.Certificates;

/// <summary>
/// What an authority has given, in <c>tls/acme</c> of the data folder: the account's key, and of each certificate its
/// chain, its key and how the last orders went. All of it goes into backups.
/// </summary>
internal sealed class AcmeFolder(string tls)
{
    private readonly string _folder = Path.Join(tls, "acme");

    public string CertificateFile(string certificate) => Path.Join(_folder, $"{certificate}.pem");
    public string KeyFile(string certificate) => Path.Join(_folder, $"{certificate}.key");

    /// <summary>The certificate in use, without its key; null while there is none.</summary>
    public X509Certificate2? Find(string certificate) =>
        File.Exists(CertificateFile(certificate)) && File.Exists(KeyFile(certificate)) ? X509CertificateLoader.LoadCertificateFromFile(CertificateFile(certificate)) : null;

    /// <summary>
    /// The key first: who reads between the two finds a pair that does not match, keeps the old one and looks again.
    /// </summary>
    public void Keep(string certificate, IssuedCertificate issued)
    {
        Prepare();
        PemFile.WriteSecret(KeyFile(certificate), issued.Key);
        PemFile.WritePublic(CertificateFile(certificate), issued.Chain);
    }

    /// <summary>The certificate is no longer wanted.</summary>
    public void Remove(string certificate)
    {
        File.Delete(CertificateFile(certificate));
        File.Delete(KeyFile(certificate));
        File.Delete(StateFile(certificate));
    }

    public IReadOnlyList<string> Certificates() => Directory.Exists(_folder)
        ? [.. Directory.EnumerateFiles(_folder, "*.pem").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The account at a directory: another directory knows nothing of the first one's.</summary>
    public (AcmeKey Key, string? Url) Account(string directory)
    {
        var file = AccountFile(directory);
        var key = File.Exists(file + ".key") ? AcmeKey.FromPem(File.ReadAllText(file + ".key")) : AcmeKey.Make();
        return (key, File.Exists(file + ".url") ? File.ReadAllText(file + ".url").Trim() : null);
    }

    public void KeepAccount(string directory, AcmeKey key, string? url)
    {
        Prepare();
        PemFile.WriteSecret(AccountFile(directory) + ".key", key.ToPem());
        if (url is not null)
            PemFile.WriteSecret(AccountFile(directory) + ".url", url);
    }

    /// <summary>A key that the authority may or may not have taken when the process ended: tried when the other is refused.</summary>
    public void KeepNextKey(string directory, AcmeKey key)
    {
        Prepare();
        PemFile.WriteSecret(AccountFile(directory) + ".next", key.ToPem());
    }

    public AcmeKey? NextKey(string directory) => File.Exists(AccountFile(directory) + ".next") ? AcmeKey.FromPem(File.ReadAllText(AccountFile(directory) + ".next")) : null;

    public void ForgetNextKey(string directory) => File.Delete(AccountFile(directory) + ".next");

    public OrderState State(string certificate)
    {
        try
        {
            return File.Exists(StateFile(certificate)) ? JsonSerializer.Deserialize<OrderState>(File.ReadAllText(StateFile(certificate))) ?? OrderState.New : OrderState.New;
        }
        catch (JsonException)
        {
            return OrderState.New;   // it says when to try again, and nothing else is lost with it
        }
    }

    public void KeepState(string certificate, OrderState state)
    {
        Prepare();
        PemFile.WriteSecret(StateFile(certificate), JsonSerializer.Serialize(state));
    }

    private void Prepare() => Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private string StateFile(string certificate) => Path.Join(_folder, $"{certificate}.state");

    private string AccountFile(string directory)
    {
        var url = new Uri(directory);
        return Path.Join(_folder, string.Create(CultureInfo.InvariantCulture, $"account-{url.Host}-{url.Port}"));
    }
}

/// <summary>How the orders of a certificate went; kept, so that a server that restarts does not storm the authority.</summary>
/// <param name="Failures">Since the last good one.</param>
/// <param name="NextTry">Not before; null for at once.</param>
/// <param name="LastError">Null when the last order went well.</param>
internal sealed record OrderState(int Failures, DateTimeOffset? NextTry, string? LastError)
{
    /// <summary>
    /// A quarter of an hour first: Let's Encrypt takes five failures of a name in an hour. Once a day in the end, for as
    /// long as it takes.
    /// </summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(24);

    public static OrderState New { get; } = new(0, null, null);

    /// <param name="retryAfter">What the authority wants; it may want more than we would.</param>
    public OrderState Failed(string error, TimeSpan? retryAfter, DateTimeOffset now)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(Failures, 10));
        pause = pause < LongestPause ? pause : LongestPause;
        return new OrderState(Failures + 1, now + (retryAfter > pause ? retryAfter.Value : pause), error);
    }
}
