using System.Text;
using Casella.Core.Archives;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Tests.Archives;

/// <summary>Out of a mailbox into files and back: bytes, flags, keywords, dates, folders; and files of other programs.</summary>
public sealed class MailArchivesTests : IDisposable
{
    private const string Info = "info@example.test";
    private const string Copia = "copia@example.test";
    private static readonly DateTimeOffset Received = new(2019, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private readonly string _files = System.IO.Directory.CreateTempSubdirectory("casella-archives-").FullName;

    public void Dispose() => System.IO.Directory.Delete(_files, recursive: true);

    [Theory]
    [InlineData(ArchiveFormat.Mbox)]
    [InlineData(ArchiveFormat.Maildir)]
    [InlineData(ArchiveFormat.Zip)]
    public async Task What_goes_out_comes_back_the_same_and_once(ArchiveFormat format)
    {
        await using var house = await House.OpenAsync("info", "copia");
        var texts = new[]
        {
            "Subject: one\r\nStatus: a field of its own\r\n\r\nFrom the beginning\r\n>From here\r\n>>From there\r\n\r\nFrom x Mon Mar  4 05:06:07 2019\r\n",
            "Subject: two\r\n\r\n\r\n\r\n",
            $"Subject: three\r\n\r\n{new string('z', 300_000)}\r\nFro\r\nFrom\r\nperché\r\n",
        };
        foreach (var (text, folder) in texts.Zip(["INBOX", "Sent", "Corsi/2025. Perché?"]))
            await AppendAsync(house, Info, folder, text);
        var file = Path.Join(_files, format is ArchiveFormat.Zip ? "out.zip" : "out");

        var exported = await house.Get<MailArchives>().ExportAsync(new ExportRequest(Info, format, null, file), _ => { }, House.Cancelled);
        var imported = await ImportAsync(house, Copia, file);

        exported.Messages.Should().Be(3);
        imported.Imported.Should().Be(3);
        imported.NewFolders.Should().Equal("Corsi/2025. Perché?");
        (await house.ReadAsync("copia")).Should().Equal(texts[0]);
        (await house.ReadAsync("copia", "Sent")).Should().Equal(texts[1]);
        (await house.ReadAsync("copia", "Corsi/2025. Perché?")).Should().Equal(texts[2]);
        var (placement, flags) = (await LookAsync(house, Copia, "INBOX"))[0];
        flags.System.Should().Be(MessageFlags.Flagged | MessageFlags.Answered);
        flags.Keywords.Should().Equal("$Forwarded", "Corsi");
        placement.ReceivedAt.Should().Be(Received.ToUnixTimeSeconds());
        (await house.VerifyAsync("copia")).Should().BeEmpty();

        (await ImportAsync(house, Copia, file)).Should().BeEquivalentTo(new { Imported = 0, Present = 3 });
        (await ImportAsync(house, Copia, file, again: true)).Imported.Should().Be(3);
        (await house.VerifyAsync("copia")).Should().BeEmpty();
    }

    [Fact]
    public async Task What_somebody_has_filed_since_is_not_doubled()
    {
        await using var house = await House.OpenAsync("info");
        var file = Write("corsi.mbox", "From a@x Mon Mar  4 05:06:07 2019\nSubject: one\n\nx\n\n");
        await ImportAsync(house, Info, file);
        var door = await DoorAsync(house, Info);
        var tree = await door.GetTreeAsync(House.Cancelled);
        await door.MoveAsync(tree.Find(MailboxName.Parse("corsi"))!.Id, [new Uid(1)], tree.Find(SpecialUse.Archive)!.Id, House.Cancelled);

        (await ImportAsync(house, Info, file)).Present.Should().Be(1);
    }

    /// <summary>mboxo, Thunderbird, mutt, Dovecot and mboxcl2, as those programs write them.</summary>
    [Fact]
    public async Task Mboxes_of_other_programs_are_understood()
    {
        await using var house = await House.OpenAsync("info");
        var file = Write("INBOX.mbox", string.Join('\n', (string[])
        [
            "From - Mon Mar 04 05:06:07 2019", "X-Mozilla-Status: 0007", "X-Mozilla-Status2: 00000000", "X-Mozilla-Keys: $label1 corsi            ",
            "Subject: thunderbird", "", ">From quoted", "From the text, not a beginning", "",
            "From - Mon Mar 04 05:06:07 2019", "X-Mozilla-Status: 0009", "Subject: deleted and not compacted", "", "x", "",
            "From anna@example.org Mon Mar  4 06:06:07 +0100 2019", "Status: RO", "X-Status: AF", "X-Keywords: $Forwarded NonJunk",
            "Subject: dovecot", "", "x", "",
            "From cl Mon Mar  4 05:06:07 2019", "Subject: content length", "Content-Length: 45", "",
            "From me Mon Mar  4 05:06:07 2019", "not quoted x", "",
            "From mutt Mon Mar  4 05:06:07 2019", "Subject: last", "", "no line end",
        ]));

        (await ImportAsync(house, Info, file)).Imported.Should().Be(4);

        (await house.ReadAsync("info")).Should().Equal(
            "Subject: thunderbird\r\n\r\nFrom quoted\r\nFrom the text, not a beginning\r\n",
            "Subject: dovecot\r\n\r\nx\r\n",
            "Subject: content length\r\nContent-Length: 45\r\n\r\nFrom me Mon Mar  4 05:06:07 2019\r\nnot quoted x\r\n",
            "Subject: last\r\n\r\nno line end");
        var messages = await LookAsync(house, Info, "INBOX");
        messages[0].Flags.System.Should().Be(MessageFlags.Seen | MessageFlags.Answered | MessageFlags.Flagged);
        messages[0].Flags.Keywords.Should().Equal("$label1", "corsi");
        messages[1].Flags.Keywords.Should().Equal("$Forwarded", "NonJunk");
        messages.Select(message => message.Placement.ReceivedAt).Should().AllBeEquivalentTo(Received.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task An_import_fills_a_mailbox_and_goes_on_when_there_is_room()
    {
        await using var house = await House.OpenAsync();
        await house.AddAsync("info", quota: 1 << 20);
        var file = Write("many.mbox", string.Concat(Enumerable.Range(0, 40).Select(i =>
            $"From a@x Mon Mar  4 05:06:07 2019\nSubject: {i}\n\n{new string('x', 50_000)}\n\n")));

        var first = await ImportAsync(house, Info, file);
        await house.Directory.SetQuotaAsync(Info, 10 << 20, House.Cancelled);
        var second = await ImportAsync(house, Info, file);

        first.IsFull.Should().BeTrue();
        first.Imported.Should().BeInRange(18, 20);
        second.IsFull.Should().BeFalse();
        (first.Imported + second.Imported).Should().Be(40);
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task One_message_in_two_folders_is_one_message()
    {
        await using var house = await House.OpenAsync("info");
        const string One = "From a@x Mon Mar  4 05:06:07 2019\nSubject: one\n\nx\n\n";
        System.IO.Directory.CreateDirectory(Path.Join(_files, "box", "Corsi.sbd"));
        Write("box/Corsi", One);
        Write("box/Corsi.sbd/2025", One);

        (await ImportAsync(house, Info, Path.Join(_files, "box"))).Imported.Should().Be(2);

        var emails = new[] { await LookAsync(house, Info, "Corsi"), await LookAsync(house, Info, "Corsi/2025") };
        emails.Select(folder => folder.Single().Placement.Email).Distinct().Should().ContainSingle();
        (await (await DoorAsync(house, Info)).GetQuotaAsync(House.Cancelled)).Messages.Should().Be(1);
    }

    [Fact]
    public async Task What_is_no_mail_and_what_exists_already_is_said_in_words()
    {
        await using var house = await House.OpenAsync("info");
        var text = Write("letter.txt", "Dear Anna");
        var zip = Write("bad.zip", "PK no zip");

        foreach (var file in new[] { text, zip, Path.Join(_files, "none") })
            await ((Func<Task>)(() => ImportAsync(house, Info, file))).Should().ThrowAsync<ArchiveException>();
        var over = () => house.Get<MailArchives>().ExportAsync(new ExportRequest(Info, ArchiveFormat.Mbox, null, text), _ => { }, House.Cancelled);
        (await over.Should().ThrowAsync<ArchiveException>()).Which.Message.Should().Contain("exists already");
        (await File.ReadAllTextAsync(text, House.Cancelled)).Should().Be("Dear Anna");
    }

    [Fact]
    public async Task A_member_brings_a_file_into_a_mailbox_of_theirs_and_nobody_else_does()
    {
        await using var house = await House.OpenAsync("info");
        var anna = await house.SignedInAsync("info", new Actor(new PersonId(1), null, AccessProtocol.Web, "Anna"));
        var mbox = Encoding.UTF8.GetBytes("From x Mon Mar  4 05:06:07 2019\nSubject: one\n\none\n\nFrom x Mon Mar  4 05:06:07 2019\nSubject: two\n\ntwo\n");

        (await UploadAsync(house, anna, "Corsi.mbox", mbox)).Imported.Should().Be(2);
        (await UploadAsync(house, anna, "Corsi.mbox", mbox)).Should().BeEquivalentTo(new { Imported = 0, Present = 2 }, options => options.ExcludingMissingMembers());

        (await LookAsync(house, Info, "Corsi")).Should().HaveCount(2);
        var reader = anna with { Actor = anna.Actor with { Rights = MemberRights.Read | MemberRights.Work } };
        (await ((Func<Task>)(() => UploadAsync(house, reader, "Corsi.mbox", mbox))).Should().ThrowAsync<MailException>()).Which.Error.Should().Be(MailError.NoPermission);
        await ((Func<Task>)(() => UploadAsync(house, anna, "letter.txt", "Dear Anna"u8.ToArray()))).Should().ThrowAsync<ArchiveException>();
        System.IO.Directory.EnumerateFiles(Path.Join(house.Folder, "staging")).Should().BeEmpty("nothing stays behind");
        (await house.VerifyAsync("info")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_zip_that_was_made_to_fill_disks_is_not_read_to_its_end()
    {
        await using var house = await House.OpenAsync("info");
        var file = Path.Join(_files, "bomb.zip");
        using (var zip = System.IO.Compression.ZipFile.Open(file, System.IO.Compression.ZipArchiveMode.Create))
            for (var i = 0; i < 5; i++)
            {
                await using var entry = zip.CreateEntry($"{i}.eml", System.IO.Compression.CompressionLevel.SmallestSize).Open();
                await entry.WriteAsync(Encoding.UTF8.GetBytes($"Subject: {i}\r\n\r\n"), House.Cancelled);
                for (var n = 0; n < 20; n++)
                    await entry.WriteAsync(Encoding.ASCII.GetBytes($"{new string('x', (1024 * 1024) - 2)}\r\n"), House.Cancelled);
            }

        (await ((Func<Task>)(() => ImportAsync(house, Info, file))).Should().ThrowAsync<ArchiveException>()).Which.Message.Should().Contain("larger");
        (await house.VerifyAsync("info")).Should().BeEmpty("what came before is whole");
    }

    private static async Task<ImportOutcome> UploadAsync(House house, SignedIn who, string name, byte[] content)
    {
        await using var upload = house.Get<MailArchives>().BeginUpload(name);
        await upload.WriteAsync(content, House.Cancelled);
        return await house.Get<MailArchives>().ImportAsync(who, upload, _ => { }, House.Cancelled);
    }

    private string Write(string name, string text)
    {
        var file = Path.Join(_files, name);
        File.WriteAllText(file, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return file;
    }

    private static Task<ImportOutcome> ImportAsync(House house, string mailbox, string file, bool again = false) =>
        house.Get<MailArchives>().ImportAsync(new ImportRequest(mailbox, [file], null, again), _ => { }, House.Cancelled);

    private static Task<MailAccount> DoorAsync(House house, string mailbox) => house.DoorAsync(mailbox[..mailbox.IndexOf('@', StringComparison.Ordinal)]);

    private static async Task AppendAsync(House house, string mailbox, string folder, string text)
    {
        var door = await DoorAsync(house, mailbox);
        var name = MailboxName.Parse(folder);
        var id = (await door.GetTreeAsync(House.Cancelled)).Find(name)?.Id
            ?? (await door.CreateMailboxAsync(name, SpecialUse.None, House.Cancelled)).Id;
        var flags = new FlagNames(MessageFlags.Flagged | MessageFlags.Answered, ["$Forwarded", "Corsi"]);
        await door.AppendAsync(id, [new NewMessage(House.Message(text), flags, Received)], House.Cancelled);
    }

    private static async Task<IReadOnlyList<(Placement Placement, FlagNames Flags)>> LookAsync(House house, string mailbox, string folder)
    {
        var door = await DoorAsync(house, mailbox);
        var id = (await door.GetTreeAsync(House.Cancelled)).Find(MailboxName.Parse(folder))!.Id;
        var snapshot = await door.GetSnapshotAsync(id, House.Cancelled);
        return [.. Enumerable.Range(0, snapshot.Count).Select(i => (snapshot[i], snapshot.Keywords.NamesOf(snapshot[i].Flags)))];
    }
}
