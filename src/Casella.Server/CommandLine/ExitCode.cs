namespace Casella.Server.CommandLine;

/// <summary>What the program ends with.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>It could not be done, or verify has found something.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the configuration is wrong; nothing was tried.</summary>
    public const int Usage = 2;
}
