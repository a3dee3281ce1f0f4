namespace Casella.WebBench.Running;

/// <summary>A line of the table.</summary>
/// <param name="Goal">What Casella must stay under; null where it must only be faster.</param>
internal sealed record Row(string Action, string Unit, double? Goal);

/// <summary>What one webmail took for a <see cref="Row"/>.</summary>
internal sealed record Figure(string Webmail, Row Row, double Median, double Slowest, int Samples);
