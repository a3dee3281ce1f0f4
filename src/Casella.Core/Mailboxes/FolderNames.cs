using System.Collections.Frozen;

namespace Casella.Core.Mailboxes;

/// <summary>
/// Names that programs give to the folders they make for themselves, in the languages that our members' programs
/// speak. Only whole names, at the top or directly below INBOX: what people call a folder of their own further down is
/// theirs.
/// </summary>
internal static class FolderNames
{
    private static readonly FrozenDictionary<string, SpecialUse> Uses = new (SpecialUse Use, string[] Names)[]
    {
        (SpecialUse.Sent,
        [
            // English: Apple Mail, Outlook, Gmail's way, KMail
            "Sent", "Sent Messages", "Sent Items", "Sent Mail", "Sent-Mail",
            "Posta inviata", "Messaggi inviati", "Elementi inviati", "Inviati", "Inviata",
            "Gesendet", "Gesendete Elemente", "Gesendete Objekte", "Gesendete Nachrichten",
            "Éléments envoyés", "Messages envoyés", "Objets envoyés", "Envoyés",
            "Elementos enviados", "Mensajes enviados", "Correo enviado", "Enviados",
        ]),
        (SpecialUse.Drafts,
        [
            "Drafts", "Draft", "Bozze", "Bozza", "Entwürfe", "Entwurf", "Brouillons", "Brouillon", "Borradores", "Borrador",
        ]),
        (SpecialUse.Trash,
        [
            "Trash", "Deleted Messages", "Deleted Items", "Deleted", "Bin",
            "Cestino", "Posta eliminata", "Elementi eliminati", "Messaggi eliminati", "Eliminati",
            "Papierkorb", "Gelöscht", "Gelöschte Elemente", "Gelöschte Objekte", "Gelöschte Nachrichten",
            "Corbeille", "Éléments supprimés", "Messages supprimés",
            "Papelera", "Papelera de reciclaje", "Elementos eliminados", "Mensajes eliminados",
        ]),
        (SpecialUse.Junk,
        [
            "Junk", "Junk E-mail", "Junk Email", "Junk Mail", "Spam", "Bulk Mail",
            "Posta indesiderata", "Indesiderata", "Junk-E-Mail", "Unerwünscht", "Unerwünschte Werbung", "Spamverdacht",
            "Courrier indésirable", "Indésirables", "Pourriel", "Pourriels",
            "Correo no deseado", "Correo basura",
        ]),
        (SpecialUse.Archive, ["Archive", "Archives", "Archivio", "Archivi", "Archiv", "Archivo", "Archivos"]),
    }
        .SelectMany(row => row.Names, (row, name) => KeyValuePair.Create(name, row.Use))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>What a folder serves for: by its special use, or as a program means it by the name.</summary>
    public static SpecialUse UseOf(MailboxName name, SpecialUse use) => use == SpecialUse.None ? UseOf(name) : use;

    /// <summary>What a folder of this name is for, or None.</summary>
    public static SpecialUse UseOf(MailboxName name)
    {
        var own = name.Parent switch
        {
            null => name.Value,
            { IsInbox: true } inbox => name.Value[(inbox.Value.Length + 1)..],
            _ => null,
        };
        return own is null ? SpecialUse.None : Uses.GetValueOrDefault(own);
    }
}
