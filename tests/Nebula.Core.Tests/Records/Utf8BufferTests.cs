using System.Text.Json;
using CsCheck;
using Nebula.Core.Records;

namespace Nebula.Core.Tests.Records;

public sealed class Utf8BufferTests
{
    [Fact]
    public void A_new_buffer_is_empty()
    {
        using var buffer = new Utf8Buffer();
        Assert.Equal(0, buffer.Length);
        Assert.True(buffer.Span.IsEmpty);
        Assert.True(buffer.Memory.IsEmpty);
    }

    [Fact]
    public void What_is_written_stays_in_its_order_while_the_buffer_grows() =>
        Gen.Select(Gen.Int[0, 64], Gen.Byte.Array[0, 300].Array[0, 40]).Sample((capacity, runs) =>
    {
        using var buffer = new Utf8Buffer(capacity);
        var expected = new List<byte>();
        for (var i = 0; i < runs.Length; i++)
        {
            var run = runs[i];
            expected.AddRange(run);
            switch (i % 4)
            {
                case 0:
                    buffer.Write(run);
                    break;
                case 1:
                    foreach (var b in run)
                        buffer.Write(b);
                    break;
                case 2:
                    run.CopyTo(buffer.GetSpan(run.Length));
                    buffer.Advance(run.Length);
                    break;
                default:
                    run.CopyTo(buffer.GetMemory(run.Length).Span);
                    buffer.Advance(run.Length);
                    break;
            }
        }

        Assert.Equal(expected, buffer.Span.ToArray());
        Assert.Equal(expected, buffer.Memory.ToArray());
        Assert.Equal(expected.Count, buffer.Length);
    });

    [Fact]
    public void A_large_run_fits_at_once()
    {
        using var buffer = new Utf8Buffer(16);
        buffer.Write((byte)'[');
        buffer.Write(new byte[3_000_000]);
        buffer.Write((byte)']');

        Assert.Equal(3_000_002, buffer.Length);
        Assert.Equal((byte)'[', buffer.Span[0]);
        Assert.Equal((byte)']', buffer.Span[^1]);
    }

    // The contract of IBufferWriter: without a hint there is room for at least one byte, also when the buffer is just full.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    public void There_is_always_room_for_more(int capacity)
    {
        using var buffer = new Utf8Buffer(capacity);
        for (var i = 0; i < 100; i++)
        {
            Assert.False(buffer.GetSpan().IsEmpty);
            Assert.False(buffer.GetMemory().IsEmpty);
            buffer.Advance(buffer.GetSpan().Length > 5 ? 5 : 1);
        }
    }

    [Fact]
    public void What_was_written_last_can_be_taken_back()
    {
        using var buffer = new Utf8Buffer();
        buffer.Write("[1,"u8);
        var kept = buffer.Length;
        buffer.Write("half a row"u8);
        buffer.Truncate(kept);
        buffer.Write("2]"u8);

        Assert.Equal("[1,2]"u8, buffer.Span);
    }

    [Fact]
    public void A_json_writer_can_write_into_it()
    {
        using var buffer = new Utf8Buffer(0);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            for (var i = 0; i < 1_000; i++)
                json.WriteNumberValue(i);
            json.WriteEndArray();
        }

        Assert.Equal(1_000, JsonSerializer.Deserialize<int[]>(buffer.Span)!.Length); // an array, as was written
    }

    [Fact]
    public void A_buffer_may_be_disposed_twice()
    {
        var buffer = new Utf8Buffer();
        buffer.Dispose();
        buffer.Dispose();
    }
}
