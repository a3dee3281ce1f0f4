using MimeKit;

namespace Casella.Browser;

/// <summary>An mbox as another program reads it.</summary>
internal static class MboxFile
{
    public static async Task<IReadOnlyList<string>> SubjectsAsync(Stream mbox)
    {
        var subjects = new List<string>();
        var parser = new MimeParser(mbox, MimeFormat.Mbox);
        while (!parser.IsEndOfStream)
            subjects.Add((await parser.ParseMessageAsync(TestContext.Current.CancellationToken)).Subject!);
        return subjects;
    }
}
