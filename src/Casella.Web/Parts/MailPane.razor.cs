using Casella.Core.Work;
using Casella.Formats.Mime;
using Casella.Web.Desk;
using Casella.Web.Reading;

namespace Casella.Web.Parts;

/// <summary>The open message: who, to whom, what to know before one believes it, and the message.</summary>
public sealed partial class MailPane
{
    /// <summary>Names of a line; of more there is a number.</summary>
    private const int NamesAtMost = 6;

    private static readonly (WorkStep Step, string Act)[] WorkSteps =
        [(WorkStep.New, "work-new"), (WorkStep.InProgress, "work-progress"), (WorkStep.Done, "work-done")];

    private Correspondent? From => Correspondent.FirstOf(Desk.Open!.Mail.Envelope.From);

    private string Initial => From?.Short is { Length: > 0 } name ? char.ToUpper(name[0], Words.Culture).ToString() : "?";

    private bool MayNotSend => Desk.Box is not { MaySend: true };

    private string People(IReadOnlyList<EnvelopeAddress> addresses)
    {
        var people = Correspondent.Of(addresses);
        var names = string.Join(", ", people.Take(NamesAtMost).Select(one => one.Short));
        return people.Count <= NamesAtMost ? names : Words["AndMore", names, people.Count - NamesAtMost];
    }

    private IEnumerable<(string Level, string Text)> Banners(OpenMail open)
    {
        if (open.Work is { Step: WorkStep.InProgress } work)
            yield return ("work", work.By is not { } by ? Words["InProgress"] : IsMe(by) ? Words["YouWorkOn"] : Words["WorksOn", by.Name]);
        else if (open.Work is { Step: WorkStep.Done } done)
            yield return ("done", done.By is not { } by ? Words["Done"] : IsMe(by) ? Words["DoneByYou"] : Words["DoneBy", by.Name]);
        if (open.Trust.Proof is SenderProof.Refuted)
            yield return ("warning", Words["SenderRefuted", Domain(From?.Address ?? "")]);
        if (open.Trust.PretendsUs)
            yield return ("warning", Words["SenderPretends", From?.Address ?? ""]);
        if (open.Trust.LooksLike is { } own)
            yield return ("warning", Words["SenderLooksLike", Domain(From?.Address ?? ""), own]);
        if (open.Trust.IsFirst)
            yield return ("info", Words["SenderIsFirst", From?.Address ?? ""]);
        if (AnswersElsewhere(open.Mail.Envelope) is { } elsewhere)
            yield return ("warning", Words["ReplyElsewhere", elsewhere]);
    }

    private bool IsMe(Core.Changes.Actor actor) => actor.Person is not null && actor.Person == Desk.Box!.Account.Actor.Person;

    /// <summary>An answer that would go to another domain than the mail came from is how many frauds begin.</summary>
    private static string? AnswersElsewhere(Envelope envelope)
    {
        var (from, to) = (Correspondent.FirstOf(envelope.From)?.Address ?? "", Correspondent.FirstOf(envelope.ReplyTo)?.Address ?? "");
        return to.Length > 0 && from.Length > 0 && !string.Equals(Domain(from), Domain(to), StringComparison.OrdinalIgnoreCase) ? to : null;
    }

    private static string Domain(string address) => address[(address.LastIndexOf('@') + 1)..];

    private Task ToggleStoryAsync()
    {
        var (account, wants) = (Desk.Box!.Account, Desk.Open!.Story is null);
        return Desk.LookAsync(async open => open with { Story = wants ? await account.History.StoryAsync(open.Placement.Email, Desk.Closing) : null });
    }

    private Task TogglePlainAsync()
    {
        var asPlain = !Desk.Open!.AsPlain;
        return Desk.LookAsync(async open => open with { AsPlain = asPlain, Text = open.Text ?? await open.Mail.ReadTextAsync(Desk.Closing) });
    }

    /// <summary>Beside the name, for whom it is good to know and no alarm.</summary>
    private string? Proof(SenderProof proof) => proof switch
    {
        SenderProof.Proven => Words["SenderProven", Domain(From?.Address ?? "")],
        SenderProof.Unproven => Words["SenderUnproven", Domain(From?.Address ?? "")],
        SenderProof.Unknown or SenderProof.Refuted => null,
    };

    private Task AlwaysShowPicturesAsync(string sender)
    {
        var account = Desk.Box!.Account;
        return Desk.LookAsync(async open =>
        {
            await (await TrustedPictures.ReadAsync(account, Desk.Closing)).With(sender).WriteAsync(account, Desk.Closing);
            return open with { WithPictures = true };
        });
    }

    private Task ShowPicturesAsync() => Desk.LookAsync(open => Task.FromResult(open with { WithPictures = true }));
}
