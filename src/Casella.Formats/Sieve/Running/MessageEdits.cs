using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Casella.Formats.Mime;
using Casella.Formats.Sieve.Matching;

namespace Casella.Formats.Sieve.Running;

/// <summary>
/// Puts other parts in the place of a message's (RFC 5703 §5) and the message into another one (§6). What is not written
/// by the script is never copied, only pointed to.
/// </summary>
internal static class MessageEdits
{
    /// <summary>What it costs to read a structure again: octets for one step, and steps for one part.</summary>
    private const int OctetsOfStep = 16;
    private const int StepsOfPart = 500;

    /// <summary>Where the old message is in one that encloses it: the second part, and in it its message.</summary>
    private static readonly int[] Enclosed = [1, 0];

    /// <summary>The part at the place of the loop, or the whole message.</summary>
    /// <param name="fields">What stands before the others in the header of the whole message.</param>
    public static void Replace(SieveRun run, WrittenEntity entity, IReadOnlyList<RunningField> fields)
    {
        Pay(run, entity.Size);
        var message = run.Message;
        var place = message.CurrentPlace;
        var content = message.Settle();
        if (PartLoop.Find(message.Structure, place) is not { } part)
            return;
        var header = place.Length == 0 ? TopHeader(message.Fields, fields, entity) : entity.Header;
        // A message in a message keeps its sender and its subject.
        if (place.Length > 0 && PartLoop.Find(message.Structure, place.AsSpan()[..^1])!.Kind is PartKind.Message)
            header = TopHeader(message.FieldsOf(part), [], entity);
        if (place.Length == 0)
        {
            message.Replace(place, SieveContent.Join(SieveContent.Of(header), SieveContent.Of(entity.Body)), header);
            return;
        }

        CheckBoundaries(run, place, entity);
        var end = Math.Max(part.BodyOffset, part.BodyOffset + part.BodySize);
        var top = message.Read(0, (int)message.Structure.BodyOffset);
        message.Replace(
            place,
            SieveContent.Join(
                content.Slice(0, part.HeaderOffset), SieveContent.Of(header), SieveContent.Of(entity.Body),
                SieveContent.Of(EndsLine(message.Read(end, 1)) ? default : "\r\n"u8.ToArray()), content.From(end)),
            top);
    }

    /// <param name="subject">Null for that of the message.</param>
    /// <param name="copied">Names of fields that the new message has from the old one.</param>
    public static void Enclose(SieveRun run, string text, RunningField? subject, IReadOnlyList<string> copied)
    {
        var words = WrittenEntity.Of(text);
        Pay(run, words.Size);
        var message = run.Message;
        var old = message.Fields;
        var content = message.Settle();
        var mark = Mark(run, words);
        var header = RunningMessage.Write([.. NewFields(run, old, subject, copied, mark), .. MixedFields($"=_{mark}")]);
        var isAscii = System.Text.Ascii.IsValid(RunningMessage.Write(old));
        message.Enclose(
            Enclosed,
            SieveContent.Join(
                SieveContent.Of(header),
                Line($"--=_{mark}"), SieveContent.Of(words.Header), SieveContent.Of(words.Body),
                Line($"\r\n--=_{mark}"), Line($"Content-Type: message/{(isAscii ? "rfc822" : "global")}"), Line("Content-Transfer-Encoding: 8bit"),
                Line("Content-Disposition: inline"), Line(""), content,
                Line($"\r\n--=_{mark}--")),
            header);
    }

    private static void Pay(SieveRun run, int octets)
    {
        if (!run.Message.CountContent(octets))
            throw run.Fault("TooMuchContent");
        run.CountEdit();
        run.Spend(run.Message.Size / OctetsOfStep + (long)StepsOfPart * MimeParts.WithChildren(run.Message.Structure).Count());
    }

    /// <summary>RFC 5703 §5: all fields stay but those of the MIME structure.</summary>
    private static byte[] TopHeader(IReadOnlyList<RunningField> old, IReadOnlyList<RunningField> first, WrittenEntity entity)
    {
        var kept = old.Where(field => !IsOfStructure(field)).Select(field => first.Any(other => field.Is(other.Name)) ? field.Renamed($"Original-{field.Name}") : field);
        var header = RunningMessage.Write([.. first, .. kept, RunningField.Of("MIME-Version", "1.0", "MIME-Version: 1.0\r\n")]);
        // Without its empty line: that of the entity ends both.
        return [.. header.AsSpan(..^2), .. entity.Header.Span];
    }

    private static bool IsOfStructure(RunningField field) => field.Is("MIME-Version") || field.Name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);

    private static void CheckBoundaries(SieveRun run, ReadOnlySpan<int> place, WrittenEntity entity)
    {
        for (var depth = 0; depth < place.Length; depth++)
            if (PartLoop.Find(run.Message.Structure, place[..depth]) is { Kind: PartKind.Multipart } around
                && PartFields.Find(around.Parameters, "boundary") is { } boundary && entity.Ends(boundary.Span))
                throw run.Fault("BoundaryInside");
    }

    /// <summary>A boundary that stands right behind a part's header needs a line end of its own now.</summary>
    private static bool EndsLine(ReadOnlySpan<byte> next) => next.IsEmpty || next[0] is (byte)'\r' or (byte)'\n';

    private static IEnumerable<RunningField> NewFields(SieveRun run, IReadOnlyList<RunningField> old, RunningField? subject, IReadOnlyList<string> copied, string mark)
    {
        var kept = old.Where(field => copied.Contains(field.Name, StringComparer.OrdinalIgnoreCase) && !IsOfStructure(field) && !field.Is("Subject")).ToList();
        var owner = run.Environment.Owner;
        if (!kept.Exists(field => field.Is("From")))
            yield return RunningField.Of("From", "", $"From: <{owner.ToWire()}>\r\n");
        if (!kept.Exists(field => field.Is("Date")))
            yield return RunningField.Of("Date", "", $"Date: {run.Environment.Now.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture)}{Zone(run.Environment.Now)}\r\n");
        if (!kept.Exists(field => field.Is("Message-ID")))
            yield return RunningField.Of("Message-ID", "", $"Message-ID: <{mark}@{owner.ToWire().Split('@')[^1]}>\r\n");
        foreach (var field in kept)
            yield return field;
        foreach (var field in subject is null ? old.Where(field => field.Is("Subject")).Take(1) : [subject])
            yield return field;
    }

    private static RunningField[] MixedFields(string boundary) =>
    [
        RunningField.Of("MIME-Version", "", "MIME-Version: 1.0\r\n"),
        RunningField.Of("Content-Type", "", $"Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n"),
        RunningField.Of("Content-Transfer-Encoding", "", "Content-Transfer-Encoding: 8bit\r\n"),
    ];

    private static string Zone(DateTimeOffset at) => at.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);

    /// <summary>Of the message and the words: a sender who does not know both, and the day's trace fields, cannot write it.</summary>
    private static string Mark(SieveRun run, WrittenEntity words)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(RunningMessage.Write(run.Message.Fields));
        hash.AppendData(words.Body.Span);
        hash.AppendData(Encoding.UTF8.GetBytes(run.Environment.Now.ToString("O", CultureInfo.InvariantCulture)));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(..16));
    }

    private static SieveContent Line(string text) => SieveContent.Of(Encoding.ASCII.GetBytes(text + "\r\n"));
}
