using Casella.Core.Queue;
using Casella.Core.Tracing;
using Casella.Formats.Reports;

namespace Casella.Web.Parts;

/// <summary>The way of a message to one recipient, in the reader's language.</summary>
internal static class FateWords
{
    public static string Of(Words words, TracedRecipient one, TimeZoneInfo zone)
    {
        var at = words.LongTime(one.At, zone);
        return one.State switch
        {
            TraceState.Waiting when one.Attempts == 0 => words["FateLeaves", at],
            TraceState.Waiting => words["FateWaits", at, one.Diagnostic],
            TraceState.HandedOver => words["FateHandedOver", one.Server, at, Wire(words, one.Security)],
            TraceState.Stored => words["FateStored", at],
            TraceState.Failed => words["FateFailed", at, StatusWords.Of(one.Status, words.Culture), one.Diagnostic],
            TraceState.CalledBack => words["FateCalledBack", at],
            TraceState.Removed => words["FateRemoved", at],
        };
    }

    private static string Wire(Words words, WireSecurity security) => words[security switch
    {
        WireSecurity.Dane or WireSecurity.Certified => "FateCertified",
        WireSecurity.Encrypted => "FateEncrypted",
        WireSecurity.ClearText or WireSecurity.None => "FateClear",
    }];
}
