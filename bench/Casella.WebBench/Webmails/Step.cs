namespace Casella.WebBench.Webmails;

/// <summary>An act in a page and how one sees that it is done, both as script.</summary>
/// <param name="Does">Statements.</param>
/// <param name="IsDone">An expression.</param>
internal sealed record Step(string Does, string IsDone);
