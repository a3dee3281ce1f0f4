using Casella.Core;
using Casella.Core.Archives;
using Casella.Core.Backups;
using Casella.Core.Directory;

namespace Casella.Server.Administration;

/// <summary>
/// Runs a request and turns every foreseen failure into a <see cref="CommandException"/> with words for the
/// administrator. The one place for it, whichever process it runs in.
/// </summary>
internal sealed class Dispatcher(AdminContext context)
{
    /// <exception cref="CommandException"/>
    public async Task<object> RunAsync(AdminRequest request, Action<string> tell, CancellationToken cancellationToken)
    {
        try
        {
            return await request.ExecuteAsync(context with { Tell = tell }, cancellationToken);
        }
        catch (MailException failure)
        {
            throw new CommandException(failure.Error.ToString(), Errors.Text(failure));
        }
        catch (DirectoryRuleException rule)
        {
            throw new CommandException("InvalidValue", rule.Message);
        }
        catch (BackupException failure)
        {
            throw new CommandException("Backup", failure.Message);
        }
        catch (ArchiveException failure)
        {
            throw new CommandException("Archive", failure.Message);
        }
    }
}
