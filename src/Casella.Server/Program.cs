using Casella.Server.CommandLine;

// Everything a command says goes through one object; the log goes to standard error by itself.
var output = new Output(Console.Out, Console.Error, isTerminal: !Console.IsOutputRedirected);
return await new CommandTree(args, output).InvokeAsync();
