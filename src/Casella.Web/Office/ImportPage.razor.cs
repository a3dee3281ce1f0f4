using System.Globalization;
using System.Text;
using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Office;
using Microsoft.AspNetCore.Components.Forms;

namespace Casella.Web.Office;

/// <summary>
/// Many mailboxes from a spreadsheet: every line is checked and shown before the first mailbox is made, so that a list
/// with mistakes changes nothing.
/// </summary>
public sealed partial class ImportPage
{
    /// <summary>About 10,000 mailboxes; more is the wrong file.</summary>
    private const long MaxSize = 1024 * 1024;

    private const int ShownAtMost = 100;

    private IReadOnlyList<SheetRow> _rows = [];
    private List<(int Line, string Text)> _problems = [];
    private List<AddedMailbox> _made = [];
    private bool _isBusy;
    private int _done;

    protected override OfficeAct Purpose => OfficeAct.AddMailbox;

    private string Passwords => string.Join('\n', _made.Where(made => made.Password is not null).Select(made => $"{made.Account.Address}\t{made.Password}"));

    protected override Task LoadAsync() => Task.CompletedTask;

    private async Task ReadAsync(InputFileChangeEventArgs chosen)
    {
        (_rows, _problems, _made) = ([], [], []);
        try
        {
            await using var stream = chosen.File.OpenReadStream(MaxSize, Closing);
            using var reader = new StreamReader(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            await CheckAsync(MailboxSheet.Parse(await reader.ReadToEndAsync(Closing)));
        }
        catch (DecoderFallbackException)
        {
            Say(Words["OfficeImportEncoding"], isError: true);
        }
        catch (IOException)
        {
            Say(Words["OfficeImportTooLarge"], isError: true);
        }
    }

    private async Task CheckAsync(MailboxSheet sheet)
    {
        _problems = [.. sheet.Problems.Select(problem => (problem.Line, Words[$"OfficeSheet{problem.Kind}", problem.Value, problem.Wanted]))];
        foreach (var row in sheet.Rows)
        {
            try
            {
                await Door.Mailboxes.CheckAsync(row.Mailbox, Closing);
            }
            catch (MailException failure)
            {
                _problems.Add((row.Line, $"{row.Mailbox.Address}: {OfficeErrors.Of(Words, failure)}"));
            }
            catch (DirectoryRuleException broken)
            {
                _problems.Add((row.Line, $"{row.Mailbox.Address}: {OfficeErrors.Of(Words, broken)}"));
            }
        }

        _problems.Sort((one, other) => one.Line.CompareTo(other.Line));
        _rows = sheet.Rows;
    }

    private async Task MakeAsync()
    {
        (_isBusy, _done) = (true, 0);
        StateHasChanged();
        await TryAsync(async () =>
        {
            foreach (var row in _rows)
            {
                _made.Add(await Door.Mailboxes.AddAsync(row.Mailbox, Closing));
                _done++;
                StateHasChanged();
                await Task.Yield();
            }

            Say(Words["OfficeImportDone", _done.ToString(CultureInfo.InvariantCulture)], isError: false);
        });
        // What something hindered can be tried again.
        (_isBusy, _rows) = (false, [.. _rows.Skip(_done)]);
    }
}
