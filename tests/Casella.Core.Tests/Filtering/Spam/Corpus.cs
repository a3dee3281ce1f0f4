using System.Globalization;
using Casella.Core.Delivery;

namespace Casella.Core.Tests.Filtering.Spam;

/// <summary>
/// Labelled mail of an association's office, Italian and English, made of templates with variation: the same seed makes
/// the same mail. Half of the spam comes from servers that do everything right, as it does in life.
/// </summary>
/// <param name="withheld">Of each kind so many templates are left out: what is judged later is then of a kind that nobody has taught.</param>
internal sealed class Corpus(int seed, int withheld = 0)
{
    private static readonly string[] HamTexts =
    [
        "Buongiorno,\r\nvorrei iscrivere {0} al corso di {1} che comincia {2}. Quali documenti servono e quanto costa?\r\nGrazie, {3}",
        "Ciao {0},\r\n{2} non posso fare il turno in sede, qualcuno può sostituirmi? Magari {3}.\r\nA presto",
        "Gentile segreteria,\r\nin allegato la ricevuta della quota di {0} per il {1}. Potete confermare che è arrivata? {3}",
        "Cari tutti,\r\nla riunione del direttivo è {2} alle 21 in sede. All'ordine del giorno: bilancio, {1}, nuovi volontari.\r\n{3}",
        "Salve, ho trovato un gattino vicino alla stazione {2}, potete aiutarmi? Sono {0}, il mio numero è nel modulo. {3}",
        "Dear all,\r\nthe {1} course of {2} is full; {0} is first on the waiting list. Could you tell the others?\r\nBest, {3}",
        "Hello,\r\nplease find the minutes of our meeting {2}. Next topic: {1}. {0} will prepare the room.\r\nKind regards, {3}",
        "Buonasera, confermo la donazione per {1} fatta {2}. Mi serve la ricevuta per la dichiarazione. Cordiali saluti, {0} {3}",
        "OK per {2}, porto io le chiavi e le magliette per {1}. Ci vediamo lì! {0}",
    ];

    private static readonly string[] SpamTexts =
    [
        "Congratulazioni {0}! Hai vinto un premio di {4} euro alla lotteria internazionale. Clicca subito http://{5}/premio per riscuotere la vincita, offerta valida solo oggi!!!",
        "Guadagna {4} euro al giorno da casa senza esperienza! Metodo segreto di investimento bitcoin garantito 100%. Registrati gratis: http://{5}/bonus",
        "Il tuo conto è stato sospeso per motivi di sicurezza. Verifica subito i tuoi dati entro 24 ore: http://{5}/verifica altrimenti il conto sarà chiuso definitivamente.",
        "Dear winner, you have been selected for a payment of {4} USD. Send your bank details urgently to claim the inheritance fund. Reply now. http://{5}/claim",
        "Buy cheap viagra cialis online no prescription, discount {4}%, discreet shipping worldwide: http://{5}/pharmacy order now limited offer",
        "Boost your website ranking! First page of search engines guaranteed, {4} backlinks for a cheap price, SEO packages. Click http://{5}/seo to order now",
        "Prestiti immediati fino a {4} euro anche a protestati e cattivi pagatori, senza busta paga, tasso 2%. Risposta in 24 ore: http://{5}/prestito",
        "Casino online: bonus benvenuto {4} euro gratis senza deposito, slot jackpot roulette, gioca subito e vinci! http://{5}/casino",
    ];

    private static readonly string[] Names = ["Anna", "Marco", "Lucia", "Gino", "Paola", "Luca", "Sara", "Emma", "Tom", "Chiara", "Davide", "Irene"];
    private static readonly string[] Topics = ["primo soccorso", "fotografia", "cucina", "gattile", "protezione civile", "yoga", "inglese", "campo estivo", "mercatino", "first aid", "the summer camp"];
    private static readonly string[] Days = ["lunedì", "martedì prossimo", "sabato 12", "il 3 dicembre", "domenica", "on Monday", "next week", "venerdì sera"];

    private readonly Random _random = new(seed);
    private int _number;

    public LabelledMail Ham()
    {
        var (name, number) = (Pick(Names), ++_number);
        var domain = $"persona{_random.Next(60)}.test";
        var text = Fill(Pick(HamTexts[..^withheld]), domain);
        var subject = Pick(["Iscrizione", "Re: turno", "Riunione", "Ricevuta", "Info corso", "Question", "Minutes", "RICHIESTA INFORMAZIONI", ""]);
        // A third of the people have a provider that does nothing for them.
        var verdict = number % 3 == 0 ? SpamMail.Unknown with { ClientName = "mail.old.test", HelloProblem = null, Spf = number % 2 == 0 ? CheckResult.SoftFail : CheckResult.None } : SpamMail.Good(domain);
        return new LabelledMail(SpamMail.Plain($"{name} <{name.ToLowerInvariant()}{number % 40}@{domain}>", subject, text), verdict, IsSpam: false);
    }

    public LabelledMail Spam()
    {
        var domain = $"offerta{_random.Next(100_000)}.example";
        var text = Fill(Pick(SpamTexts[..^withheld]), domain);
        var subject = Pick(["Hai vinto!", "Offerta speciale", "URGENTE: verifica conto", "Congratulations winner", "Prestito immediato", "Bonus gratis", "Cheap meds", "SEO offer"]);
        return new LabelledMail(SpamMail.Plain($"{Pick(Names)} <info{_random.Next(900)}@{domain}>", subject, text), ++_number % 2 == 0 ? SpamMail.Good(domain) : SpamMail.Unknown, IsSpam: true);
    }

    private string Fill(string template, string domain)
    {
        var parts = template.Split(' ').Where(_ => _random.Next(25) != 0);
        return string.Format(
            CultureInfo.InvariantCulture, string.Join(' ', parts), Pick(Names), Pick(Topics), Pick(Days), Pick(Names), _random.Next(100, 9_000), domain);
    }

    private string Pick(string[] from) => from[_random.Next(from.Length)];
}

internal sealed record LabelledMail(string Text, AuthenticationVerdict Verdict, bool IsSpam);
