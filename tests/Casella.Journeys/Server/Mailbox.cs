namespace Casella.Journeys.Server;

/// <summary>An account as its user knows it.</summary>
internal sealed record Mailbox(string Address, string Password);

/// <summary>Where a server listens, by the services' names in the start table.</summary>
internal sealed record Ports(int Smtp, int Submission, int Submissions, int Imap, int Imaps, int Pop3, int Pop3s, int ManageSieve, int Http, int Https);
