using Casella.Core.Changes.History;
using Casella.Core.Directory;
using Microsoft.AspNetCore.Components;

namespace Casella.Web.Parts;

/// <summary>What happened to the open message, by whom, with Undo beside what can be taken back.</summary>
public sealed partial class StoryPanel
{
    private StoryWords? _words;

    [Inject] private Core.Directory.People People { get; set; } = null!;
    [Inject] private Devices Devices { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        if (Desk.Box is not { } box)
            return;
        var names = await ActorNames.LoadAsync(People, Devices, box.Address, Desk.Closing);
        _words = new StoryWords(Words.Language, names, Visit.Zone);
    }

    /// <summary>One's own doing, and with the right to manage that of others; what came from outside stays.</summary>
    private bool MayUndo(StoryEvent step)
    {
        var mine = Desk.Box!.Account.Actor;
        var isOwn = mine.Person is { } person ? step.Actor.Person == person : mine.Device is { } device && step.Actor.Device == device;
        return step.Step is not (StoryStep.Arrived or StoryStep.Added or StoryStep.Sent or StoryStep.Gone or StoryStep.Destroyed or StoryStep.WorkBegan
                or StoryStep.WorkEnded or StoryStep.Answered or StoryStep.Forwarded or StoryStep.Restored)
            && Desk.Box.MayWork && (isOwn || Desk.Box.Account.Rights.HasFlag(MemberRights.Manage));
    }
}
