using System.Buffers;

namespace FourPerMille.Sensor.Mqtt;

/// <summary>Takes packets off a stream of bytes.</summary>
public static class PacketReader
{
    const int LargestHeaderBytes = 5;

    /// <summary>
    /// Takes one packet off the front of <paramref name="buffer"/>; false when it has not arrived whole.
    /// The version is the one the CONNECT named; a CONNECT is read by the version within it.
    /// </summary>
    /// <param name="maximumBytes">Largest packet accepted, its header included. Known from the header, so no more is ever buffered.</param>
    /// <exception cref="MqttProtocolException">The bytes are no packet of this version, or too large a one.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, MqttVersion version, int maximumBytes, out MqttPacket packet)
    {
        packet = null!;
        if (!TryReadHeader(buffer, out var first, out var headerBytes, out var bodyBytes)) return false;
        if (headerBytes + bodyBytes > maximumBytes)
            throw new MqttProtocolException(ReasonCode.PacketTooLarge, $"A packet of {headerBytes + bodyBytes} bytes; at most {maximumBytes} are taken.");
        if (buffer.Length < headerBytes + bodyBytes) return false;
        var body = buffer.Slice(headerBytes, bodyBytes);
        packet = Read(first, body.IsSingleSegment ? body.FirstSpan : body.ToArray(), version);
        buffer = buffer.Slice(body.End);
        return true;
    }

    static bool TryReadHeader(in ReadOnlySequence<byte> buffer, out byte first, out int headerBytes, out int bodyBytes)
    {
        Span<byte> header = stackalloc byte[LargestHeaderBytes];
        header = header[..(int)Math.Min(LargestHeaderBytes, buffer.Length)];
        buffer.Slice(0, header.Length).CopyTo(header);
        (first, headerBytes, bodyBytes) = (header.IsEmpty ? (byte)0 : header[0], 0, 0);
        for (var i = 1; i < header.Length; i++)
        {
            bodyBytes |= (header[i] & 0x7F) << (7 * (i - 1));
            if (header[i] >= 0x80) continue;
            headerBytes = i + 1;
            return true;
        }
        return header.Length < LargestHeaderBytes ? false : throw WireReader.Malformed("A remaining length has at most four bytes.");
    }

    static MqttPacket Read(byte first, ReadOnlySpan<byte> body, MqttVersion version)
    {
        var type = (PacketType)(first >> 4);
        var flags = (byte)(first & 0xF);
        var expectedFlags = type is PacketType.Pubrel or PacketType.Subscribe or PacketType.Unsubscribe ? 2 : 0;
        if (type != PacketType.Publish && flags != expectedFlags) throw WireReader.Malformed($"{type} has the flags {expectedFlags}.");
        var wire = new WireReader(body);
        var packet = Read(type, flags, ref wire, version);
        return wire.AtEnd ? packet : throw WireReader.Malformed($"{type} is longer than its content.");
    }

    static MqttPacket Read(PacketType type, byte flags, ref WireReader wire, MqttVersion version) => type switch
    {
        PacketType.Connect => ConnectPacket.Read(ref wire),
        PacketType.Connack => ConnackPacket.Read(ref wire, version),
        PacketType.Publish => PublishPacket.Read(ref wire, flags, version),
        PacketType.Puback or PacketType.Pubrec or PacketType.Pubrel or PacketType.Pubcomp => PublishResponsePacket.Read(ref wire, type, version),
        PacketType.Subscribe => SubscribePacket.Read(ref wire, version),
        PacketType.Suback => SubackPacket.Read(ref wire, version),
        PacketType.Unsubscribe => UnsubscribePacket.Read(ref wire, version),
        PacketType.Unsuback => UnsubackPacket.Read(ref wire, version),
        PacketType.PingRequest => new PingRequestPacket(),
        PacketType.PingResponse => new PingResponsePacket(),
        PacketType.Disconnect => DisconnectPacket.Read(ref wire, version),
        PacketType.Auth when version == MqttVersion.V5 => AuthPacket.Read(ref wire),
        _ => throw WireReader.Malformed($"There is no packet type {(int)type}."),
    };
}
