using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace FourPerMille.Sensor.Mqtt;

/// <summary>Writes the data types of MQTT (section 1.5) into a buffer that is used again for every packet.</summary>
sealed class WireWriter
{
    readonly ArrayBufferWriter<byte> _buffer = new(256);
    WireWriter? _properties;

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;
    public void Clear() => _buffer.ResetWrittenCount();

    public void Byte(byte value) => _buffer.Write([value]);
    public void Byte(ReasonCode value) => Byte((byte)value);
    public void Raw(ReadOnlySpan<byte> bytes) => _buffer.Write(bytes);

    public void UInt16(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.GetSpan(2), checked((ushort)value));
        _buffer.Advance(2);
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        UInt16(bytes.Length);
        Raw(bytes);
    }

    public void Text(string text)
    {
        UInt16(Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, _buffer);
    }

    public void VariableInteger(uint value)
    {
        Span<byte> digits = stackalloc byte[4];
        Raw(digits[..VariableInteger(value, digits)]);
    }

    /// <summary>At most 268 435 455 fits in four bytes.</summary>
    public static int VariableInteger(uint value, Span<byte> digits)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 0x0FFF_FFFFu);
        var count = 0;
        for (; value >= 0x80; value >>= 7) digits[count++] = (byte)(value | 0x80);
        digits[count++] = (byte)value;
        return count;
    }

    public void Properties(PropertySet properties)
    {
        if (properties.Count == 0) { Byte((byte)0); return; }
        var inner = _properties ??= new WireWriter();
        inner.Clear();
        foreach (var property in properties) inner.Property(property);
        VariableInteger((uint)inner.Written.Length);
        Raw(inner.Written);
    }

    void Property(Property property)
    {
        VariableInteger((uint)property.Id);
        switch (PropertyTable.Of(property.Id).Shape)
        {
            case PropertyShape.Flag: Byte((byte)property.Number); break;
            case PropertyShape.UInt16: UInt16((int)property.Number); break;
            case PropertyShape.UInt32: UInt32(property.Number); break;
            case PropertyShape.VariableInteger: VariableInteger(property.Number); break;
            case PropertyShape.Text: Text(property.Text); break;
            case PropertyShape.Bytes: Bytes(property.Bytes.Span); break;
            case PropertyShape.Pair: Text(property.Name); Text(property.Text); break;
        }
    }
}
