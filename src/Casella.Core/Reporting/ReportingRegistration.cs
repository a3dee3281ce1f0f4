using Casella.Core.Queue;
using Casella.Core.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Reporting;

public static class ReportingRegistration
{
    /// <summary>Registers what counts and keeps reports. Needs the storage room and a TimeProvider.</summary>
    public static IServiceCollection AddCasellaReporting(this IServiceCollection services, ReportOptions options) => services
        .AddSingleton(options)
        .AddSingleton(provider => new ReportLedger(provider.GetRequiredService<IReportStore>(), options, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new ReceivedReports(provider.GetRequiredService<IReportStore>()))
        .AddSingleton(provider => new ReportIntake(
            provider.GetRequiredService<IReportStore>(), provider.GetRequiredService<IDirectoryStore>(), options,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ReportIntake>>()));

    /// <summary>Registers the service that sends them. Needs the queue and an <see cref="IReportDestinations"/>.</summary>
    public static IServiceCollection AddCasellaReportRunner(this IServiceCollection services) => services
        .AddSingleton(provider => new ReportSending(
            provider.GetRequiredService<IReportStore>(), provider.GetRequiredService<IDirectoryStore>(), provider.GetRequiredService<IReportDestinations>(),
            provider.GetRequiredService<MailQueue>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ReportSending>>()))
        .AddSingleton<IHostedService>(provider => new ReportRunner(
            provider.GetRequiredService<ReportLedger>(), provider.GetRequiredService<ReportSending>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ReportRunner>>()));
}
