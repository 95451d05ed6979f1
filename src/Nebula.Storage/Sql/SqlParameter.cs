using Nebula.Core.Records;

namespace Nebula.Storage.Sql;

/// <summary>A value that a statement takes, in its stored form, with the type that the statement takes it for.</summary>
internal readonly record struct SqlParameter(TypedValue Value, SqlType Type);
