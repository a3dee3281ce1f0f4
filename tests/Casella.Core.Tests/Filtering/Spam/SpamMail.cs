using System.Net;
using Casella.Core.Delivery;

namespace Casella.Core.Tests.Filtering.Spam;

/// <summary>Mail from outside for the tests of the spam filter, and what was found out about who brings it.</summary>
internal static class SpamMail
{
    private static int _number;

    /// <summary>A server that does everything right.</summary>
    public static AuthenticationVerdict Good(string domain) => new()
    {
        Client = IPAddress.Parse("192.0.2.1"),
        ClientName = $"mail.{domain}",
        HelloName = $"mail.{domain}",
        Spf = CheckResult.Pass,
        SignedBy = [domain],
        Dmarc = CheckResult.Pass,
        FromDomain = domain,
    };

    /// <summary>One that nobody speaks for.</summary>
    public static AuthenticationVerdict Unknown { get; } = new() { Client = IPAddress.Parse("192.0.2.9"), HelloProblem = "is an address" };

    public static string Plain(string from, string subject, string body, string fields = "To: info@example.test\r\n") =>
        $"Return-Path: <x@example.org>\r\nReceived: from somewhere\r\nFrom: {from}\r\n{fields}Subject: {subject}\r\nDate: Tue, 24 Nov 2026 08:00:00 +0000\r\nMessage-ID: <{++_number}@mail.example.org>\r\n"
        + $"Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n";

    /// <summary>What no filter needs to learn: an HTML trap with a program.</summary>
    public static string Trap(string to = "info@example.test") =>
        $"Return-Path: <x@example.org>\r\nReceived: from somewhere\r\nX-Spam-Status: No, score=-5.0\r\nX-Spam-Flag: NO\r\nFrom: \"{to}\" <x@evil.example>\r\nReply-To: y@other.example\r\nSubject: FATTURA URGENTE\r\nMessage-ID: <{++_number}@evil.example>\r\n"
        + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Pagate <a href=\"http://user@192.0.2.77:8080/x\">www.example.test</a> subito</p>\r\n"
        + "--b\r\nContent-Type: application/octet-stream; name=\"fattura.pdf.exe\"\r\nContent-Disposition: attachment; filename=\"fattura.pdf.exe\"\r\n\r\nMZ\r\n--b--\r\n";

    public static async Task<DeliveryOutcome> DeliverAsync(this House house, string message, AuthenticationVerdict? verdict, params string[] to)
    {
        await using var content = House.Message(message);
        var request = new DeliveryRequest(House.Address("x@example.org"), [.. (to.Length > 0 ? to : ["info@example.test"]).Select(House.Address)], content) { Verdict = verdict };
        return (await house.Deliverer.DeliverAsync(request, House.Cancelled))[0];
    }
}
