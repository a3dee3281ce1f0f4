using Casella.Core.Changes.History;
using Casella.Core.Filtering.Spam;

namespace Casella.Server.Administration;

/// <param name="Address">A mailbox, or a domain for all its mailboxes.</param>
/// <param name="IsAllowed">Null takes the sender off the list.</param>
internal sealed record SetSender(string Address, string Sender, bool? IsAllowed) : AdminRequest<SenderChangeView>
{
    protected override async Task<SenderChangeView> RunAsync(AdminContext context, CancellationToken cancellationToken) => new(
        await context.Office.Spam.SetSenderAsync(Address, Sender, IsAllowed, cancellationToken));
}

/// <param name="Entry">Of the office's journal.</param>
internal sealed record UndoSender(long Entry) : AdminRequest<Done>
{
    protected override async Task<Done> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        await context.Office.Spam.UndoAsync(Entry, cancellationToken);
        return new Done();
    }
}

internal sealed record ListSenders(string Address) : AdminRequest<IReadOnlyList<SenderEntry>>
{
    protected override async Task<IReadOnlyList<SenderEntry>> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        Address.Contains('@', StringComparison.Ordinal)
            ? await (await context.OpenAsync(Address, cancellationToken)).Spam.ListAsync(cancellationToken)
            : await context.DomainSpam.ListAsync(await context.DomainAsync(Address, cancellationToken), cancellationToken);
}

internal sealed record ShowSpamStatistics(string Address) : AdminRequest<SpamStatistics>
{
    protected override async Task<SpamStatistics> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        Address.Contains('@', StringComparison.Ordinal)
            ? await (await context.OpenAsync(Address, cancellationToken)).Spam.StatisticsAsync(cancellationToken)
            : await context.DomainSpam.StatisticsAsync(await context.DomainAsync(Address, cancellationToken), cancellationToken);
}

/// <param name="Message">As of <see cref="ShowStory"/>.</param>
internal sealed record ExplainSpam(string Address, string Message, HistoryFilter Filter) : AdminRequest<IReadOnlyList<SpamOpinionView>>
{
    protected override async Task<IReadOnlyList<SpamOpinionView>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var mail = await context.OpenAsync(Address, cancellationToken);
        var words = new SpamWords(Filter.LanguageFor(mail));
        var names = await ActorNames.LoadAsync(context.People, context.Devices, Address, cancellationToken);
        var titles = new StoryWords(Filter.LanguageFor(mail), names, context.Services.GetRequiredService<TimeProvider>().LocalTimeZone);
        var opinions = new List<SpamOpinionView>();
        foreach (var message in await ShowStory.FindAsync(mail, Message, cancellationToken))
        {
            var title = titles.Title(await mail.History.StoryAsync(message, cancellationToken));
            opinions.Add(await mail.Spam.WhyAsync(message, cancellationToken) is { } opinion
                ? SpamOpinionView.Of(title, opinion, words)
                : new SpamOpinionView(title, WasJudged: false));
        }

        return opinions;
    }
}

/// <param name="Changed">False when it was so already.</param>
internal sealed record SenderChangeView(bool Changed);

/// <param name="Title">The subject, or words for none.</param>
/// <param name="WasJudged">False for mail of our own, of trusted networks, and of before there was a filter.</param>
internal sealed record SpamOpinionView(string Title, bool WasJudged)
{
    public bool IsSpam { get; init; }
    public double Score { get; init; }
    public double Required { get; init; }

    /// <summary>The weightiest first.</summary>
    public IReadOnlyList<SpamReasonView> Reasons { get; init; } = [];

    /// <summary>What the mailbox has learnt it as; absent while nothing.</summary>
    public bool? CountsAsSpam { get; init; }

    public static SpamOpinionView Of(string title, SpamOpinion opinion, SpamWords words) => new(title, WasJudged: true)
    {
        IsSpam = opinion.IsSpam,
        Score = opinion.Score,
        Required = opinion.Required,
        Reasons = [.. opinion.Reasons.Select(reason => new SpamReasonView(reason.Sign, reason.Points, words.Of(reason)))],
        CountsAsSpam = opinion.CountsAsSpam,
    };
}

internal sealed record SpamReasonView(string Sign, double Points, string Words);
