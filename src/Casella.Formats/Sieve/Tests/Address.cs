using Casella.Formats.Sieve.Compiling;
using Casella.Formats.Sieve.Matching;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Tests;

/// <summary>address (RFC 5228 §5.1): the addresses of fields that have some.</summary>
internal sealed class Address(int line, Matcher matcher, AddressFields fields, TestTexts texts) : SieveTest(line)
{
    // RFC 5228 §5.1: at least From, To, Cc, Bcc, Sender, Resent-From, Resent-To; others where addresses are known to be.
    private static readonly HashSet<string> WithAddresses = new(StringComparer.OrdinalIgnoreCase)
    {
        "From", "To", "Cc", "Bcc", "Sender", "Reply-To", "Resent-From", "Resent-To", "Resent-Cc", "Resent-Bcc", "Resent-Sender", "Resent-Reply-To",
        "Return-Path", "Delivered-To", "Envelope-To", "X-Original-To", "Apparently-To", "Errors-To", "Disposition-Notification-To",
        "Mail-Followup-To", "Mail-Reply-To", "Original-From", "Original-To", "Content-From",
    };

    public static SieveTest Read(Arguments arguments)
    {
        var matcher = Matcher.Read(arguments, knowsLists: true);
        var fields = new AddressFields(AddressPart.Read(arguments), FieldIndex.Read(arguments), MimeOption.Read(arguments, withPieces: false));
        var texts = TestTexts.Read(arguments, matcher);
        // Elsewhere it would find addresses in what are none; a name that nobody knows may be anything.
        foreach (var name in texts.Names)
            if (name.IsConstant && !WithAddresses.Contains(name.Source) && !name.Source.StartsWith("X-", StringComparison.OrdinalIgnoreCase))
                throw arguments.Fault("NoAddressField", name.Source);
        return new Address(arguments.Line, matcher, fields, texts);
    }

    public override bool Evaluate(SieveRun run)
    {
        var found = fields.Index.Select(FieldNames.Select(run, name => fields.Mime.Named(run, name), texts.Names));
        return matcher.Any(run, FieldAddresses.Parts(found, fields.Part), texts.Keys);
    }
}

/// <summary>Which fields, and what of their addresses.</summary>
internal sealed record AddressFields(AddressPart Part, FieldIndex Index, MimeOption Mime);
