using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Nebula.Core.Records;

namespace Nebula.Storage.Answers;

/// <summary>Writes what an answer is made of, so that it can be kept: plain bytes, because nothing but <see cref="AnswerReader"/> reads them.</summary>
internal static class AnswerWriter
{
    public static void Number(Utf8Buffer answer, long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(answer.GetSpan(sizeof(long)), number);
        answer.Advance(sizeof(long));
    }

    public static void Bytes(Utf8Buffer answer, ReadOnlySpan<byte> bytes)
    {
        Number(answer, bytes.Length);
        answer.Write(bytes);
    }

    public static void Id(Utf8Buffer answer, RecordId id) => Bytes(answer, Encoding.UTF8.GetBytes(id.ToString()));

    public static void Record(Utf8Buffer answer, Record record)
    {
        var tag = record.Tag.Value;
        Id(answer, record.Id);
        Bytes(answer, MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in tag)));
        Bytes(answer, record.Json.Span);
    }
}
