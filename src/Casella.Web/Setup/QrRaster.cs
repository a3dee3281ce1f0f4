namespace Casella.Web.Setup;

/// <summary>A QR code as rows of modules, true for black, with the empty margin without which cameras do not see it.</summary>
internal static class QrRaster
{
    // The library's own margin is the four modules that the standard wants. Shown on a screen or printed, whole: medium
    // correction is plenty.
    public static IReadOnlyList<IReadOnlyList<bool>> Of(string text) =>
        [.. QRCoder.QRCodeGenerator.GenerateQrCode(text, QRCoder.QRCodeGenerator.ECCLevel.M, forceUtf8: true).ModuleMatrix
            .Select(row => (IReadOnlyList<bool>)[.. row.Cast<bool>()])];
}
