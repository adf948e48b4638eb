using System.Collections.Concurrent;
using FourPerMille.Sensor.Mqtt;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Unit.Node;

/// <summary>The gateway's side of the listener: guard, inbox, and the answer after the message is safe.</summary>
sealed class SmallGatewayDoor(SmallGateway gateway, Func<MqttListener> listener) : IMqttHandler
{
    const string Prefix = "fpm/1/beauce/" + VirtualNode.Id;

    public string Password { get; set; } = VirtualNode.Keys.MqttPassword();
    public int Messages { get; set; }
    public int LargestMessage { get; private set; }
    /// <summary>How long a message takes to become safe.</summary>
    public TimeSpan SlowFor { get; set; }
    public bool AnswersTwice { get; set; }
    /// <summary>Before each answer the one before it comes once more: the latest that a doubled answer can be.</summary>
    public bool RepeatsItselfLate { get; set; }
    public ConcurrentQueue<string> States { get; } = new();
    byte[] _said = [];

    public bool MayConnect(string clientId, string userName, ReadOnlySpan<byte> password) =>
        clientId == VirtualNode.Id && userName == VirtualNode.Id && password.SequenceEqual(System.Text.Encoding.UTF8.GetBytes(Password));

    public bool MayPublish(string userName, string topic) => topic is Prefix + "/up" or Prefix + "/state";

    public bool MaySubscribe(string userName, string filter) => filter == Prefix + "/ack";

    public async Task Receive(string userName, string topic, ReadOnlyMemory<byte> payload, CancellationToken stop)
    {
        if (topic.EndsWith("/state", StringComparison.Ordinal))
        {
            States.Enqueue(System.Text.Encoding.UTF8.GetString(payload.Span));
            return;
        }
        if (SlowFor > TimeSpan.Zero) await Task.Delay(SlowFor, stop);
        if (RepeatsItselfLate && _said.Length > 0)
        {
            listener().Publish(Prefix + "/ack", _said);
            // Long enough for the node to take it alone.
            await Task.Delay(20, stop);
        }
        lock (gateway) Take(payload);
    }

    void Take(ReadOnlyMemory<byte> payload)
    {
        Messages++;
        LargestMessage = Math.Max(LargestMessage, payload.Length);
        var message = payload.ToArray();
        List<(byte, byte[])> frames = [];
        for (var position = 0; EntryRun.TryNext(message, message.Length, ref position, out var kind, out var offset, out var length);)
            frames.Add((kind, message[offset..(offset + length)]));
        var answer = new byte[4096];
        var end = gateway.Hear(frames).Aggregate(0, (at, d) => EntryRun.Append(answer, at, d.FPort, d.Payload, 0, d.Payload.Length));
        _said = answer[..end];
        for (var said = 0; end > 0 && said < (AnswersTwice ? 2 : 1); said++) listener().Publish(Prefix + "/ack", answer.AsMemory(0, end));
    }
}
