using Casella.Bench.Wire;
using Microsoft.Playwright;

namespace Casella.WebBench.Webmails;

/// <summary>Roundcube's standard skin with its preview pane; acts by the commands that its own buttons give.</summary>
internal sealed class RoundcubeWebmail(Uri address, Endpoint imap) : Webmail(address, imap)
{
    private const string Rows = "'#messagelist tbody tr.message'";
    private const string Idle = "!rcmail.busy && $.active === 0";

    private const string IsOpen =
        "(() => { const page = document.getElementById('messagecontframe')?.contentDocument; return page?.readyState !== 'loading' "
        + "&& page?.querySelector('#messagebody .message-part, #messagebody .message-htmlpart') && page.querySelector('.subject')?.textContent.includes(bench.subject); })()";

    public override string Name => "Roundcube";

    protected override string UserField => "#rcmloginuser";

    protected override string PasswordField => "#rcmloginpwd";

    protected override string SignInForm => "#login-form";

    protected override string IsReady => $"document.readyState === 'complete' && rcmail.message_list?.rowcount > 0 && {Idle}";

    protected override string IsAtRest => Idle;

    public override Step Open(int row) => new(
        $"const row = document.querySelectorAll({Rows})[{row}]; bench.subject = row.querySelector('.subject a').textContent.trim(); {Select("row")}", IsOpen);

    public override Step Folder(string name) => new($"bench.old({Rows}); document.querySelector('#mailboxlist a[rel=\"{name}\"]').click();", $"bench.isNew({Rows}) && rcmail.env.mailbox === '{name}'");

    public override Step Jump(int index) => new(
        $"bench.old({Rows}); bench.page = 1 + Math.floor({index} / rcmail.env.pagesize); rcmail.list_page(bench.page);", $"bench.isNew({Rows}) && rcmail.env.current_page === bench.page");

    public override Step SearchSubject(string word) => Search(word, "{ subject: 1 }");

    public override Step SearchBody(string word) => Search(word, "{ text: 1 }");

    public override Step Flag(int row) => new(Flagging(row), "bench.row.classList.contains('flagged') !== bench.was");

    public override Step FlagSettled(int row) => new(Flagging(row), $"bench.row.classList.contains('flagged') !== bench.was && bench.isAnswered && {Idle}");

    public override Step Move(int row) => new(Deleting(row), "!bench.row.isConnected || bench.row.style.display === 'none'");

    public override Step MoveSettled(int row) => new(Deleting(row), $"(!bench.row.isConnected || bench.row.style.display === 'none') && bench.isAnswered && {Idle}");

    public override Step Tick(int row) => new(
        $"bench.row = document.querySelectorAll({Rows})[{row}]; bench.was = bench.row.classList.contains('selected'); "
        + "rcmail.dummy_select = true; rcmail.message_list.select_row(bench.row.uid, 1, true); rcmail.dummy_select = false;",
        "bench.row.classList.contains('selected') !== bench.was");

    public override string Shows(string subject) => $"[...document.querySelectorAll('#messagelist .subject')].some(one => one.textContent.includes('{subject}'))";

    public override async Task<(double Compose, double Send)> WriteAsync(IPage page, string to, string subject)
    {
        await page.EvaluateAsync("() => bench.begin(() => rcmail.command('compose'))");
        await page.WaitForURLAsync(url => url.Contains("_action=compose", StringComparison.Ordinal), new PageWaitForURLOptions { WaitUntil = WaitUntilState.Commit });
        var compose = await EndAsync(page, $"document.readyState === 'complete' && document.getElementById('compose-subject') && {Idle}");
        await page.EvaluateAsync(
            $$"""
            () => {
              document.getElementById('_to').value = '{{to}}';
              document.getElementById('compose-subject').value = '{{subject}}';
              document.getElementById('composebody').value = 'Ciao\n';
              bench.begin(() => rcmail.command('send', {}));
            }
            """);
        await page.WaitForURLAsync(url => !url.Contains("_action=compose", StringComparison.Ordinal), new PageWaitForURLOptions { WaitUntil = WaitUntilState.Commit });
        return (compose, await EndAsync(page, Shows(subject)));
    }

    protected override bool IsInside(string url) => url.Contains("_task=mail", StringComparison.Ordinal);

    private static string Flagging(int row) =>
        $"bench.row = document.querySelectorAll({Rows})[{row}]; bench.was = bench.row.classList.contains('flagged'); "
        + "bench.isAnswered = false; $(document).one('ajaxComplete', () => { bench.isAnswered = true; }); rcmail.mark_message(bench.was ? 'unflagged' : 'flagged', bench.row.uid);";

    // Rows that are gone stay in the page, hidden.
    private static string Deleting(int row) =>
        $"bench.row = [...document.querySelectorAll({Rows})].filter(one => one.style.display !== 'none')[{row}]; rcmail.dummy_select = true; rcmail.message_list.select_row(bench.row.uid, 0); rcmail.dummy_select = false; "
        + "bench.isAnswered = false; $(document).one('ajaxComplete', () => { bench.isAnswered = true; }); rcmail.command('delete');";

    private static string Select(string row) =>
        $"for (const what of ['mousedown', 'mouseup', 'click']) {row}.querySelector('.subject').dispatchEvent(new MouseEvent(what, {{ bubbles: true, cancelable: true, button: 0 }}));";

    private static Step Search(string word, string fields) => new(
        $"bench.old({Rows}); rcmail.env.search_mods = {{ '*': {fields} }}; $('#mailsearchform').val('{word}'); rcmail.qsearch('{word}');", $"bench.isNew({Rows}) && {Idle}");
}
