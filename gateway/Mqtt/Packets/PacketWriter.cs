using System.Buffers;

namespace FourPerMille.Sensor.Mqtt;

/// <summary>Turns packets into bytes. Keeps a buffer, so one writer belongs to one connection.</summary>
public sealed class PacketWriter
{
    readonly WireWriter _body = new();

    /// <summary>Appends the packet to the output. False, and nothing written, when it is larger than the peer takes.</summary>
    public bool Write(MqttPacket packet, MqttVersion version, IBufferWriter<byte> output, long maximumBytes = long.MaxValue)
    {
        _body.Clear();
        packet.WriteTo(_body, version);
        Span<byte> length = stackalloc byte[4];
        length = length[..WireWriter.VariableInteger((uint)_body.Written.Length, length)];
        if (1 + length.Length + _body.Written.Length > maximumBytes) return false;
        output.Write([(byte)(((byte)packet.Type << 4) | packet.Flags)]);
        output.Write(length);
        output.Write(_body.Written);
        return true;
    }
}
