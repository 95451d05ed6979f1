using Nebula.Core.Records.Queries;

namespace Nebula.Storage.Sql;

/// <summary>A SELECT with its values.</summary>
/// <param name="Parameters">From 1 on.</param>
/// <param name="Fields">The first columns of the statement, in its order: those that the answer shows.</param>
/// <param name="KeyPositions">Where the statement has the sort values; for related records the value that they were found by.</param>
/// <param name="LinkPositions">For each expansion, where the statement has the value that its related records are found by.</param>
/// <param name="Types">Of every column of the statement, in its order.</param>
internal sealed record SelectStatement(
    string Sql, IReadOnlyList<SqlParameter> Parameters, IReadOnlyList<SelectedField> Fields, int[] KeyPositions, int[] LinkPositions,
    IReadOnlyList<SqlType> Types);
