using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Casella.Core.Directory;

/// <summary>
/// The SCRAM side of the directory (docs/adr/0019): the salt of every user name, the keys that are made when a password
/// is set, and whether SCRAM is offered at all. One object in a process.
/// </summary>
/// <remarks>
/// The salt is made of the user name and a secret of this server. So it is one for all devices of a mailbox, which
/// SCRAM needs, as the client names only the mailbox; and a name that nobody has gets one in the same way, at the same
/// price, and the same one tomorrow (RFC 5802 §5.1): asking tells nothing.
/// </remarks>
internal sealed class ScramSecrets(DirectoryStores stores, SignInOptions options, PasswordCosts costs) : IDisposable
{
    private const int SaltSize = 16;

    /// <summary>"iterations:secret". Made once: with another one, no key in the directory would fit its password.</summary>
    private const string Setting = "scram";

    private readonly SemaphoreSlim _gate = new(1);
    private volatile Parameters? _parameters;
    private volatile bool _isOffered;

    /// <summary>
    /// True when every password that opens something has its keys. Before that a client that prefers SCRAM would be
    /// refused with the right password, so nobody is told of it.
    /// </summary>
    public bool IsOffered => _isOffered;

    /// <summary>True when keys are kept beside the passwords.</summary>
    public bool IsWanted => options.Scram;

    /// <summary>Looks whether the last password without keys has gone; cheap when SCRAM is offered already.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (_isOffered || !options.Scram)
            return;
        await ParametersAsync(cancellationToken);
        _isOffered = !await stores.People.HasDevicesWithoutScramAsync(cancellationToken);
    }

    /// <summary>The salt of a user name, whether or not somebody has it.</summary>
    /// <param name="userName">Canonical.</param>
    public async ValueTask<ScramSalt> SaltAsync(string userName, CancellationToken cancellationToken)
    {
        var parameters = _parameters ?? await ParametersAsync(cancellationToken);
        return new ScramSalt(HMACSHA256.HashData(parameters.Secret, Encoding.UTF8.GetBytes(userName))[..SaltSize], parameters.Iterations);
    }

    /// <summary>Keys to keep with a new common password; none when SCRAM is switched off.</summary>
    public async ValueTask<IReadOnlyList<ScramKey>> KeysOfCommonPasswordAsync(string address, string password, CancellationToken cancellationToken) =>
        options.Scram ? ScramKey.OfCommonPassword(password, await SaltAsync(address, cancellationToken)) : [];

    /// <summary>Keys to keep with a new device; none when SCRAM is switched off.</summary>
    public async ValueTask<IReadOnlyList<ScramKey>> KeysOfDeviceAsync(string address, string canonical, CancellationToken cancellationToken) =>
        options.Scram ? ScramKey.OfDevice(canonical, await SaltAsync(address, cancellationToken)) : [];

    public void Dispose() => _gate.Dispose();

    private async Task<Parameters> ParametersAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_parameters is null)
            {
                if (await stores.Accounts.GetSettingAsync(Setting, cancellationToken) is not { } text)
                {
                    text = string.Create(CultureInfo.InvariantCulture, $"{costs.ScramRounds}:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}");
                    await stores.Accounts.SetSettingAsync(Setting, text, cancellationToken);
                }

                _parameters = Parameters.Parse(text);
            }

            return _parameters;
        }
        finally
        {
            _gate.Release();
        }
    }

    private sealed record Parameters(int Iterations, byte[] Secret)
    {
        public static Parameters Parse(string text)
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            return colon > 0 && int.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
                ? new Parameters(iterations, Convert.FromBase64String(text[(colon + 1)..]))
                : throw new MailException(MailError.Damaged, "the directory's setting 'scram'");
        }

        /// <summary>Never shows the secret.</summary>
        public override string ToString() => Iterations.ToString(CultureInfo.InvariantCulture);
    }
}
