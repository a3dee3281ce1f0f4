
namespace Casella.Network;

/// <summary>Every way of the tables, on real wires.</summary>
public sealed class TableTests(Internet internet)
{
    public static TheoryData<string> Outbound => [.. OutboundTable.Cases.Select(one => one.Name)];

    public static TheoryData<string> Senders => [.. SenderTable.Cases.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Outbound))]
    public async Task Mail_goes_as_safely_as_the_domain_asks_for(string name)
    {
        var wanted = OutboundTable.Cases.Single(one => string.Equals(one.Name, name, StringComparison.Ordinal));
        var (id, message) = Letter("anna@alpha.test", wanted.Fields);
        var address = $"u@{wanted.Name}.{wanted.Zone}";

        (await internet.Alpha.SubmitAsync("anna@alpha.test", address, message, wanted.More)).Should().StartWith("250");

        (await internet.Alpha.FateAsync(id)).Should().StartWith(wanted.Expected);
        if (wanted is { IsAtBeta: true } && wanted.Expected.StartsWith("HandedOver", StringComparison.Ordinal))
            (await internet.Beta.FindMailAsync(id)).Should().NotBeNull();
        if (wanted.Expected.StartsWith("Failed", StringComparison.Ordinal))
            (await internet.Alpha.FindMailAsync(id, seconds: 0.2)).Should().BeNull("the report is another message");
    }

    [Theory]
    [MemberData(nameof(Senders))]
    public async Task Mail_is_believed_as_much_as_its_domain_proves(string name)
    {
        var wanted = SenderTable.Cases.Single(one => string.Equals(one.Name, name, StringComparison.Ordinal));
        var from = $"anna@{wanted.Name}.test";
        var (id, message) = Letter(from);

        (await internet.Alpha.SubmitAsync(from, "info@beta.test", message)).Should().StartWith("250");

        var fate = await internet.Alpha.FateAsync(id);
        if (!fate.StartsWith("HandedOver", StringComparison.Ordinal))
        {
            fate.Replace("Waiting 4.7.1 ", "Waiting ", StringComparison.Ordinal).Should().StartWith(wanted.Expected);
            return;
        }

        var mail = await internet.Beta.FindMailAsync(id);
        mail.Should().NotBeNull();
        mail!.Value.Folder.Should().Be(wanted.Expected);
        Results(mail.Value.Text).Should().ContainAll(wanted.Results.Split(' '));
    }

    /// <summary>A letter with a Message-ID that nobody else has.</summary>
    internal static (string Id, string Text) Letter(string from, string fields = "")
    {
        var id = $"{Guid.NewGuid():N}@{from.Split('@')[1]}";
        return (id, $"From: Anna <{from}>\nTo: you\nSubject: Ciao\nMessage-ID: <{id}>\nDate: {TimeProvider.System.GetUtcNow():r}\n{fields}\nhello\n".Replace("GMT", "+0000", StringComparison.Ordinal));
    }

    /// <summary>Our own field, on one line.</summary>
    internal static string Results(string text)
    {
        var start = text.IndexOf("Authentication-Results:", StringComparison.Ordinal);
        var end = start < 0 ? 0 : text.IndexOf("\nReceived:", start, StringComparison.Ordinal);
        return start < 0 ? "" : text[start..end].ReplaceLineEndings(" ");
    }
}
