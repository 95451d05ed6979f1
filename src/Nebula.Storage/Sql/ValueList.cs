namespace Nebula.Storage.Sql;

/// <summary>A list of values, which is one parameter, as rows of a FROM.</summary>
/// <param name="Rows">What stands behind JOIN, with its alias.</param>
/// <param name="Value">The value of a row, of the type of the column that it is compared with.</param>
/// <param name="Place">The place of a row's value in the list, from 0.</param>
internal readonly record struct ValueList(string Rows, string Value, string Place);
