using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Storage.Answers;

/// <summary>Reads a kept answer, part by part in the order in which <see cref="AnswerWriter"/> wrote them.</summary>
internal ref struct AnswerReader(ReadOnlySpan<byte> answer)
{
    private ReadOnlySpan<byte> _rest = answer;

    public long Number()
    {
        var number = BinaryPrimitives.ReadInt64LittleEndian(_rest);
        _rest = _rest[sizeof(long)..];
        return number;
    }

    public ReadOnlySpan<byte> Bytes()
    {
        var length = (int)Number();
        var bytes = _rest[..length];
        _rest = _rest[length..];
        return bytes;
    }

    public RecordId Id(Table table)
    {
        // A table whose key changed meanwhile has no such id any more.
        var text = Encoding.UTF8.GetString(Bytes());
        return RecordId.TryParse(table, text, out var id) ? id : RecordId.None;
    }

    public Record Record(Table table)
    {
        var id = Id(table);
        var tag = new EntityTag(MemoryMarshal.Read<UInt128>(Bytes()));
        var json = new Utf8Buffer();
        json.Write(Bytes());
        return new Record(id, json, tag);
    }
}
