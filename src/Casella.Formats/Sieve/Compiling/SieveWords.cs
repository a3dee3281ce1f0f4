using Casella.Formats.Sieve.Commands;
using Casella.Formats.Sieve.Running;
using Casella.Formats.Sieve.Tests;

namespace Casella.Formats.Sieve.Compiling;

/// <summary>
/// The table of all commands and tests: name, the capability that it needs, and what reads its arguments. "require" and
/// "if" are the <see cref="Compilation"/>'s own.
/// </summary>
internal static class SieveWords
{
    public static IReadOnlyDictionary<string, CommandWord> Commands { get; } = new CommandWord[]
    {
        new("stop", null, Stop.Read),
        new("keep", null, Keep.Read),
        new("discard", null, Discard.Read),
        new("redirect", null, Redirect.Read),
        new("fileinto", "fileinto", FileInto.Read),
        new("reject", "reject", Reject.ReadReject),
        new("ereject", "ereject", Reject.ReadEreject),
        new("set", "variables", Set.Read),
        new("setflag", "imap4flags", FlagCommands.ReadSet),
        new("addflag", "imap4flags", FlagCommands.ReadAdd),
        new("removeflag", "imap4flags", FlagCommands.ReadRemove),
        new("vacation", "vacation", Vacation.Read),
        new("notify", "enotify", Notify.Read),
        new("addheader", "editheader", AddHeader.Read),
        new("deleteheader", "editheader", DeleteHeader.Read),
        new("include", "include", Include.Read),
        new("return", "include", Return.Read),
        new("global", "include", Global.Read),
        new("error", "ihave", ErrorCommand.Read),
        new("foreverypart", "foreverypart", ForEveryPart.Read),
        new("break", "foreverypart", Break.Read),
        new("extracttext", "extracttext", ExtractText.Read),
        new("replace", "replace", Replace.Read),
        new("enclose", "enclose", Enclose.Read),
    }.ToDictionary(word => word.Name, StringComparer.Ordinal);

    public static IReadOnlyDictionary<string, TestWord> Tests { get; } = new TestWord[]
    {
        new("true", null, True.ReadTrue),
        new("false", null, True.ReadFalse),
        new("allof", null, AllOf.Read),
        new("anyof", null, AnyOf.Read),
        new("not", null, Not.Read),
        new("address", null, Address.Read),
        new("header", null, Header.Read),
        new("exists", null, Exists.Read),
        new("size", null, Size.Read),
        new("envelope", "envelope", Envelope.Read),
        new("string", "variables", StringTest.Read),
        new("hasflag", "imap4flags", HasFlag.Read),
        new("date", "date", DateTest.Read),
        new("currentdate", "date", CurrentDate.Read),
        new("body", "body", Body.Read),
        new("mailboxexists", "mailbox", MailboxTests.ReadExists),
        new("mailboxidexists", "mailboxid", MailboxTests.ReadIdExists),
        new("specialuse_exists", "special-use", MailboxTests.ReadSpecialUse),
        new("metadata", "mboxmetadata", MetadataTest.Read),
        new("metadataexists", "mboxmetadata", MetadataExists.Read),
        new("servermetadata", "servermetadata", MetadataTest.ReadServer),
        new("servermetadataexists", "servermetadata", MetadataExists.ReadServer),
        new("environment", "environment", EnvironmentTest.Read),
        new("ihave", "ihave", IHave.Read),
        new("duplicate", "duplicate", Duplicate.Read),
        new("spamtest", null, SpamTest.ReadSpam),
        new("virustest", "virustest", SpamTest.ReadVirus),
        new("valid_notify_method", "enotify", ValidNotifyMethod.Read),
        new("notify_method_capability", "enotify", NotifyMethodCapability.Read),
        new("valid_ext_list", "extlists", ValidExtList.Read),
    }.ToDictionary(word => word.Name, StringComparer.Ordinal);
}

internal sealed record CommandWord(string Name, string? Capability, Func<Arguments, SieveCommand> Read);

internal sealed record TestWord(string Name, string? Capability, Func<Arguments, SieveTest> Read);
