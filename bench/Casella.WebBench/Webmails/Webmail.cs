using Casella.Bench.Wire;
using Microsoft.Playwright;

namespace Casella.WebBench.Webmails;

/// <summary>
/// A webmail as its user sees it: each act as script, with what must be on the screen at its end. The inbox has mail of
/// every kind; <see cref="Corpus"/> is the large folder.
/// </summary>
internal abstract class Webmail(Uri address, Endpoint imap)
{
    public const string Corpus = "bench-corpus";

    /// <summary>Milliseconds after which a step counts as failed.</summary>
    protected const int Patience = 70_000;

    public abstract string Name { get; }

    public Uri Address => address;

    public Endpoint Imap => imap;

    /// <summary>Where the large folder's row of this place is, from 0.</summary>
    public abstract Step Jump(int index);

    public abstract Step Open(int row);

    public abstract Step Folder(string name);

    public abstract Step SearchSubject(string word);

    public abstract Step SearchBody(string word);

    public abstract Step Flag(int row);

    public abstract Step FlagSettled(int row);

    public abstract Step Move(int row);

    public abstract Step MoveSettled(int row);

    public abstract Step Tick(int row);

    /// <summary>A message with this subject is in the list.</summary>
    public abstract string Shows(string subject);

    /// <summary>The inbox is there and can be worked in.</summary>
    protected abstract string IsReady { get; }

    protected abstract string SignInForm { get; }

    /// <summary>After an act on rows: the page rests.</summary>
    protected abstract string IsAtRest { get; }

    public static Task OpenSignInAsync(IPage page, Uri at) => page.GotoAsync(at.ToString(), new PageGotoOptions { WaitUntil = WaitUntilState.Load });

    /// <summary>Signs in by the form that is open.</summary>
    /// <returns>Milliseconds to the usable inbox.</returns>
    public async Task<double> SignInAsync(IPage page, string user, string password)
    {
        await page.Locator(UserField).FillAsync(user);
        await page.Locator(PasswordField).FillAsync(password);
        return await EnterAsync(page, $"() => bench.begin(() => document.querySelector('{SignInForm} button[type=submit]').click())");
    }

    /// <summary>By a form that leads to another page.</summary>
    protected virtual async Task<double> EnterAsync(IPage page, string begin)
    {
        await page.EvaluateAsync(begin);
        await page.WaitForURLAsync(url => IsInside(url), new PageWaitForURLOptions { WaitUntil = WaitUntilState.Commit });
        return await EndAsync(page, IsReady);
    }

    /// <summary>Of the page that was signed in to: where the time went.</summary>
    public static async Task<IReadOnlyDictionary<string, double>> StationsAsync(IPage page) => await page.EvaluateAsync<Dictionary<string, double>>("() => bench.stations()");

    /// <summary>Runs the step and tells its milliseconds.</summary>
    public static Task<double> TimeAsync(IPage page, Step step) =>
        page.EvaluateAsync<double>($"() => bench.timed(() => {{ {step.Does} }}, () => {step.IsDone}, {Patience})");

    public Task RestAsync(IPage page) => page.EvaluateAsync<double>($"() => bench.timed(() => {{}}, () => {IsAtRest}, {Patience})");

    /// <summary>Writes a mail beside the open folder Sent.</summary>
    /// <returns>Milliseconds from the command to the composer, and from "send" to the mail in Sent.</returns>
    public abstract Task<(double Compose, double Send)> WriteAsync(IPage page, string to, string subject);

    protected abstract string UserField { get; }

    protected abstract string PasswordField { get; }

    protected abstract bool IsInside(string url);

    protected static Task<double> EndAsync(IPage page, string isDone) => page.EvaluateAsync<double>($"() => {End(isDone)}");

    /// <summary>Script that tells the milliseconds since the beginning.</summary>
    protected static string End(string isDone) => $"bench.end(() => {isDone}, {Patience})";
}
