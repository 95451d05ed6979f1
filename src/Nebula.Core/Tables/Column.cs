using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Nebula.Core.Tables;

/// <summary>A column of an existing table, as its database describes it.</summary>
public sealed class Column
{
    /// <summary>Where it stands in its table, from 0; also where its value stands in a draft.</summary>
    public required int Ordinal { get; init; }

    public required string Name { get; init; }

    public required ColumnType Type { get; init; }

    /// <summary>Of a <see cref="ColumnType.Decimal"/>: how many digits in all.</summary>
    public int Precision { get; init; }

    /// <summary>Of a <see cref="ColumnType.Decimal"/>: how many digits behind the point, and the power of ten that its stored integer is scaled by.</summary>
    public int Scale { get; init; }

    /// <summary>The type as clients see it written: the canonical name of one that Nebula declared, else what the database has.</summary>
    public required string DeclaredType { get; init; }

    public required bool IsNullable { get; init; }

    /// <summary>Whether a record can have no value in it: SQLite lets nulls into most keys, which nobody is to give one.</summary>
    public bool MayHoldNull { get => field || IsNullable; init; }

    public required bool IsUnique { get; init; }

    /// <summary>Part of the table's primary key, whichever columns that has.</summary>
    public required bool IsPrimaryKey { get; init; }

    /// <summary>The default as SQL, if there is one.</summary>
    public string? DefaultSql { get; init; }

    /// <summary>What its values must fulfil beyond their type.</summary>
    public ColumnCheck? Check { get; init; }

    public ColumnRole Role { get; init; }

    /// <summary>Whether clients give its value: not so for the id and for timestamps that Nebula keeps.</summary>
    public bool IsWritable => Role == ColumnRole.Data;

    /// <summary><c>"name":</c> in UTF-8, ready to be copied into an answer.</summary>
    public ReadOnlyMemory<byte> JsonName => _jsonName ??= Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\":");

    private byte[]? _jsonName;

    /// <summary>The same column at another place.</summary>
    internal Column At(int ordinal) => new()
    {
        Ordinal = ordinal,
        Name = Name,
        Type = Type,
        Precision = Precision,
        Scale = Scale,
        DeclaredType = DeclaredType,
        IsNullable = IsNullable,
        MayHoldNull = MayHoldNull,
        IsUnique = IsUnique,
        IsPrimaryKey = IsPrimaryKey,
        DefaultSql = DefaultSql,
        Check = Check,
        Role = Role,
    };
}
