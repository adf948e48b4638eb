using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace FourPerMille.Sensor.Mqtt;

/// <summary>Reads the data types of MQTT (section 1.5) from one packet. Never looks beyond it, never allocates more than it holds.</summary>
ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    public byte Byte() => Take(1)[0];
    public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));
    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));
    public byte[] Bytes() => Take(UInt16()).ToArray();
    public byte[] Rest() => Take(_rest.Length).ToArray();

    public ushort PacketId() => UInt16() is var id and not 0 ? id : throw Malformed("A packet identifier is not 0.");

    public QualityOfService QualityOfService(int bits) =>
        (bits & 3) != 3 ? (QualityOfService)(bits & 3) : throw Malformed("There is no quality of service 3.");

    public string Text()
    {
        var utf8 = Take(UInt16());
        if (!Utf8.IsValid(utf8) || utf8.Contains((byte)0)) throw Malformed("A text is UTF-8 without U+0000.");
        return Encoding.UTF8.GetString(utf8);
    }

    public uint VariableInteger()
    {
        uint value = 0;
        for (var shift = 0; shift < 28; shift += 7)
        {
            var digit = Byte();
            value |= (uint)(digit & 0x7F) << shift;
            if (digit < 0x80) return digit != 0 || shift == 0 ? value : throw Malformed("A variable byte integer takes as few bytes as it can.");
        }
        throw Malformed("A variable byte integer has at most four bytes.");
    }

    public PropertySet Properties(PropertyPlace place)
    {
        var length = VariableInteger();
        if (length > _rest.Length) throw Malformed("The properties end after their packet.");
        if (length == 0) return PropertySet.None;
        var inner = new WireReader(Take((int)length));
        var properties = new PropertySet();
        uint seen = 0, seenHigh = 0;
        while (!inner.AtEnd)
        {
            var property = inner.Property(place);
            ref var mask = ref (byte)property.Id < 32 ? ref seen : ref seenHigh;
            var bit = 1u << ((byte)property.Id & 31);
            if ((mask & bit) != 0 && !PropertyTable.MayRepeat(property.Id, place))
                throw new MqttProtocolException(ReasonCode.ProtocolError, $"{property.Id} stands twice.");
            mask |= bit;
            properties.Add(property);
        }
        return properties;
    }

    Property Property(PropertyPlace place)
    {
        var code = VariableInteger();
        if (code > 42) throw Malformed($"There is no property {code}.");
        var id = (PropertyId)code;
        var (shape, places) = PropertyTable.Of(id);
        if ((places & place) == 0) throw new MqttProtocolException(ReasonCode.ProtocolError, $"{id} does not belong to {place}.");
        var property = shape switch
        {
            PropertyShape.Flag => new Property(id, Byte() is var flag and <= 1 ? flag : throw ProtocolError($"{id} is 0 or 1.")),
            PropertyShape.UInt16 => new Property(id, UInt16()),
            PropertyShape.UInt32 => new Property(id, UInt32()),
            PropertyShape.VariableInteger => new Property(id, VariableInteger()),
            PropertyShape.Text => new Property(id, Text: Text()),
            PropertyShape.Bytes => new Property(id, Bytes: Bytes()),
            _ => UserProperty(),
        };
        var isNumber = shape is PropertyShape.UInt16 or PropertyShape.UInt32 or PropertyShape.VariableInteger;
        return !isNumber || property.Number > 0 || PropertyTable.MayBeZero(id) ? property : throw ProtocolError($"{id} is not 0.");
    }

    Property UserProperty()
    {
        var name = Text();
        return new Property(PropertyId.UserProperty, Text: Text(), Name: name);
    }

    ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw Malformed("The packet ends early.");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public static MqttProtocolException Malformed(string message) => new(ReasonCode.MalformedPacket, message);
    public static MqttProtocolException ProtocolError(string message) => new(ReasonCode.ProtocolError, message);
}
