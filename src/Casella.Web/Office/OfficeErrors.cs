using Casella.Core;
using Casella.Core.Directory;

namespace Casella.Web.Office;

/// <summary>What came in the way of an act of the office, in the reader's language.</summary>
internal static class OfficeErrors
{
    /// <summary>The office's own words where the webmail has none for it.</summary>
    public static string Of(Words words, MailException failure) => failure.Error switch
    {
        MailError.AddressExists => words["OfficeErrorAddressExists"],
        MailError.NoSuchAddress => words["OfficeErrorNoSuchAddress"],
        MailError.InvalidAddress => words["OfficeErrorInvalidAddress"],
        MailError.NoSuchDomain => words["OfficeErrorNoSuchDomain"],
        MailError.DomainInUse => words["OfficeErrorDomainInUse"],
        MailError.MailLoop => words["OfficeErrorMailLoop"],
        MailError.NoSuchPerson => words["OfficeErrorNoSuchPerson"],
        MailError.PersonExists => words["OfficeErrorPersonExists"],
        MailError.NoSuchDevice => words["OfficeErrorNoSuchDevice"],
        MailError.NoSuchMessage => words["OfficeErrorNoSuchMessage"],
        MailError.NoPermission => words["OfficeErrorNoPermission"],
        _ => words.Of(failure),
    };

    public static string Of(Words words, DirectoryRuleException broken) =>
        broken.Rule is DirectoryRule.Other ? broken.Message : words[$"OfficeRule{broken.Rule}"];
}
