namespace Nebula.Ladder.Load;

/// <summary>What one measurement of one server gave.</summary>
/// <param name="Requests">How many were answered.</param>
/// <param name="CpuMicroseconds">Of the server, per request.</param>
/// <param name="TotalCpuMicroseconds">Of server and client together, per request: what a saturated machine has its rate from.</param>
/// <param name="OthersShare">How much of the machine's processors neither the server nor <c>wrk</c> had, from 0 to 1: what disturbed the measurement.</param>
internal sealed record LoadFigures(
    long Requests, double PerSecond, TimeSpan P50, TimeSpan P99, TimeSpan P999, double CpuMicroseconds, double ResidentMegabytes,
    double TotalCpuMicroseconds, double OthersShare);
