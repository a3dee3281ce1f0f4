using System.Diagnostics.CodeAnalysis;
using Casella.Pop3.Commands;
using Casella.Pop3.Syntax;

namespace Casella.Pop3;

/// <summary>When a command is allowed (RFC 1939 §3).</summary>
[Flags]
internal enum Pop3States
{
    Authorization = 1,
    Transaction = 2,
    Both = Authorization | Transaction,
}

internal delegate Pop3Command ParseArguments(ref Pop3Parser parser);

/// <summary>One row: what a command is called, when it is allowed, how its arguments read.</summary>
internal sealed record Pop3CommandRow(string Name, Pop3States States, ParseArguments Parse);

/// <summary>All commands, one table. To add one: a file in Commands/, a row here, a transcript.</summary>
internal static class Pop3Commands
{
    private static readonly Pop3CommandRow[] Rows =
    [
        new("CAPA", Pop3States.Both, Capa.Parse),           // RFC 2449 §5
        new("STLS", Pop3States.Authorization, Stls.Parse),  // RFC 2595 §4
        new("AUTH", Pop3States.Authorization, Auth.Parse),  // RFC 5034 §4
        new("USER", Pop3States.Authorization, User.Parse),  // RFC 1939 §7
        new("PASS", Pop3States.Authorization, Pass.Parse),  // RFC 1939 §7
        new("UTF8", Pop3States.Authorization, Utf8.Parse),  // RFC 6856 §2.1
        new("LANG", Pop3States.Both, Lang.Parse),           // RFC 6856 §3.2
        new("STAT", Pop3States.Transaction, Stat.Parse),    // RFC 1939 §5
        new("LIST", Pop3States.Transaction, List.Parse),    // RFC 1939 §5
        new("UIDL", Pop3States.Transaction, Uidl.Parse),    // RFC 1939 §7
        new("RETR", Pop3States.Transaction, Retr.Parse),    // RFC 1939 §5
        new("TOP", Pop3States.Transaction, Top.Parse),      // RFC 1939 §7
        new("DELE", Pop3States.Transaction, Dele.Parse),    // RFC 1939 §5
        new("RSET", Pop3States.Transaction, Rset.Parse),    // RFC 1939 §5
        new("NOOP", Pop3States.Transaction, Noop.Parse),    // RFC 1939 §5
        new("QUIT", Pop3States.Both, Quit.Parse),           // RFC 1939 §4, §6
    ];

    /// <summary>Keywords are case-insensitive (RFC 1939 §3).</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out Pop3CommandRow? row)
    {
        row = Array.Find(Rows, r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase));
        return row is not null;
    }
}
