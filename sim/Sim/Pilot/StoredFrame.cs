using System.Text.Json.Nodes;
using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.Sim.Fleet;

namespace FourPerMille.Sensor.Sim.Pilot;

/// <summary>A named frame of a node as the gateway holds it.</summary>
/// <param name="Kind">One of <see cref="FrameKind"/>.</param>
/// <param name="Mac">As it travelled: 16 bytes by MQTT, 4 by LoRaWAN.</param>
public sealed record StoredFrame(ReadingKey Name, byte Kind, byte[] Body, byte[] Mac)
{
    public bool IsReading => Kind is FrameKind.Keyframe or FrameKind.Delta;

    public static StoredFrame Parse(JsonNode frame) => new(ReadingValues.Key(frame), (byte)(int)frame["kind"]!,
        Convert.FromHexString((string)frame["body"]!), Convert.FromHexString((string)frame["mac"]!));
}
