namespace Casella.Server.Administration.Doctor;

/// <summary>One thing that was looked at.</summary>
/// <param name="State">"ok", "warning" (it works, and will not for long or not for everybody) or "wrong".</param>
/// <param name="Cure">What to do about it; null when all is well.</param>
internal sealed record DoctorFinding(string Check, string State, string Finding, string? Cure)
{
    public static DoctorFinding Ok(string check, string finding) => new(check, "ok", finding, null);
    public static DoctorFinding Warning(string check, string finding, string cure) => new(check, "warning", finding, cure);
    public static DoctorFinding Wrong(string check, string finding, string cure) => new(check, "wrong", finding, cure);
}

internal sealed record DoctorView(IReadOnlyList<DoctorFinding> Findings)
{
    public int Wrong => Findings.Count(finding => finding.State is "wrong");
}

/// <summary>One kind of examination. To add one: a class, and its place in <see cref="RunDoctor"/>.</summary>
internal delegate Task<IReadOnlyList<DoctorFinding>> DoctorCheck(AdminContext context, CancellationToken cancellationToken);
