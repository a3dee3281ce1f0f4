using Casella.Bench.Wire;
using Microsoft.Playwright;

namespace Casella.WebBench.Webmails;

internal sealed class CasellaWebmail(Uri address, Endpoint imap) : Webmail(address, imap)
{
    private const string Rows = "'.row'";

    // What was looked for is drawn, and the frame of HTML has loaded what it was asked to.
    private const string IsOpen =
        "document.querySelector('.mail-head h1')?.textContent.trim() === bench.subject && (document.querySelector('.mail .plain') "
        + "|| document.querySelector('.mail-frame')?.benchLoaded === document.querySelector('.mail-frame')?.dataset.src)";

    public override string Name => "Casella";

    protected override string UserField => "input[name=user]";

    protected override string PasswordField => "input[name=password]";

    protected override string SignInForm => "form";

    protected override string IsReady => "document.querySelector('#desk[data-ready]') && document.querySelector('.row')";

    protected override string IsAtRest => "!document.querySelector('.row[data-o], form[data-composer]')";

    public override Step Open(int row) =>
        new($"const row = document.querySelectorAll({Rows})[{row}]; bench.subject = row.querySelector('.row-subject').textContent.trim(); row.click();", IsOpen);

    public override Step Folder(string name) => new(
        $"bench.old({Rows}); [...document.querySelectorAll('[data-folder]')].find(one => one.title.startsWith('{name} ·')).click();",
        $"bench.isNew({Rows})");

    public override Step Jump(int index) => new(
        $"const list = document.getElementById('list'); list.scrollTop = list.querySelector('.list-space').offsetHeight * {index} / list.dataset.total;",
        $"(() => {{ const box = document.getElementById('list').getBoundingClientRect(); const row = document.elementFromPoint(box.x + 40, box.y + 60)?.closest('.row'); return row && Math.abs(row.getAttribute('aria-rowindex') - {index}) < 5; }})()");

    public override Step SearchSubject(string word) => Search($"oggetto:{word}");

    public override Step SearchBody(string word) => Search(word);

    public override Step Flag(int row) => new($"bench.row = document.querySelectorAll({Rows})[{row}]; bench.row.querySelector('.star').click();", "/star/.test(bench.row.dataset.o)");

    public override Step FlagSettled(int row) => new(
        $"bench.row = document.querySelectorAll({Rows})[{row}]; const star = bench.row.querySelector('.star'); bench.was = star.getAttribute('aria-pressed'); star.click();",
        "bench.row.querySelector('.star').getAttribute('aria-pressed') !== bench.was && !bench.row.dataset.o");

    public override Step Move(int row) => new($"bench.row = document.querySelectorAll({Rows})[{row}]; bench.row.querySelector('[data-row-act=delete]').click();", "/gone/.test(bench.row.dataset.o)");

    public override Step MoveSettled(int row) => new($"bench.row = document.querySelectorAll({Rows})[{row}]; bench.row.querySelector('[data-row-act=delete]').click();", "!bench.row.isConnected");

    public override Step Tick(int row) => new(
        $"bench.row = document.querySelectorAll({Rows})[{row}]; bench.row.querySelector('[data-tick]').click();", "/tick/.test(bench.row.dataset.o)");

    public override string Shows(string subject) => $"[...document.querySelectorAll('.row-subject')].some(one => one.textContent.includes('{subject}'))";

    public override async Task<(double Compose, double Send)> WriteAsync(IPage page, string to, string subject)
    {
        var compose = await TimeAsync(page, new Step("document.querySelector('.compose-new').click();", "document.querySelector('form[data-composer] .composer-subject')"));
        await page.EvaluateAsync(
            $$"""
            () => {
              const form = document.querySelector('form[data-composer]');
              form.querySelector('[data-recipients=to] input').value = '{{to}}';
              form.querySelector('.composer-subject').value = '{{subject}}';
              form.querySelector('.composer-text').value = 'Ciao\n';
            }
            """);
        return (compose, await TimeAsync(page, new Step("document.querySelector('[data-compose=send]').click();", Shows(subject))));
    }

    protected override bool IsInside(string url) => new Uri(url).AbsolutePath is "/";

    /// <summary>The form's page becomes the inbox; no other is loaded.</summary>
    protected override Task<double> EnterAsync(IPage page, string begin) => page.EvaluateAsync<double>($"() => {{ ({begin})(); return {End(IsReady)}; }}");

    private static Step Search(string query) => new(
        $"bench.old({Rows}); const box = document.getElementById('search'); box.value = '{query}'; box.dispatchEvent(new InputEvent('input', {{ bubbles: true }}));",
        $"document.getElementById('list').dataset.view.includes('/{query}/') && (bench.isNew({Rows}) || document.querySelector({Rows}) && !document.querySelector('.row[data-o]'))");
}
