namespace Casella.Server.Alerts;

/// <summary>Something that will stop the service one day, for the office.</summary>
/// <param name="Kind">Also the name of its words.</param>
/// <param name="Values">What stands in them.</param>
internal sealed record Alert(AlertKind Kind, params object[] Values);

internal enum AlertKind { Certificate, Disk, Queue, Backup, Mailboxes, Dns, Devices }
