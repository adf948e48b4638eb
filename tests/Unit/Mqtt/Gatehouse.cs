using System.Text;
using System.Threading.Channels;
using FourPerMille.Sensor.Gateway.Ingest.Mqtt;

namespace FourPerMille.Sensor.Unit.Mqtt;

/// <summary>
/// Guard and inbox of a small site: users a node has a password for, topics that begin with fpm/1/site/{user}/, and an inbox that
/// holds each message until the test says stored or failed. Topics under open/ are anyone's, and stored at once.
/// </summary>
sealed class Gatehouse : INodeLineGuard, INodeLineInbox
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    readonly Channel<HeldMessage> _arrived = Channel.CreateUnbounded<HeldMessage>();

    public bool StoresAtOnce { get; init; }

    public bool MayConnect(string clientId, string userName, ReadOnlySpan<byte> password) =>
        clientId.StartsWith(userName, StringComparison.Ordinal) && Encoding.UTF8.GetString(password) == "key of " + userName;
    public bool MayPublish(string userName, string topic) => IsOwn(userName, topic);
    public bool MaySubscribe(string userName, string filter) => IsOwn(userName, filter);

    public Task Receive(string userName, string topic, ReadOnlyMemory<byte> payload, CancellationToken stop)
    {
        var held = new HeldMessage(userName, topic, payload.ToArray());
        _arrived.Writer.TryWrite(held);
        if (StoresAtOnce || topic.StartsWith("open/", StringComparison.Ordinal)) held.Stored();
        return held.Storing;
    }

    public async Task<HeldMessage> NextArrival() => await _arrived.Reader.ReadAsync().AsTask().WaitAsync(Patience);
    public bool NothingArrived => !_arrived.Reader.TryPeek(out _);

    static bool IsOwn(string userName, string topic) =>
        topic.StartsWith($"fpm/1/site/{userName}/", StringComparison.Ordinal) || topic.StartsWith("open/", StringComparison.Ordinal);
}

sealed class HeldMessage(string userName, string topic, byte[] payload)
{
    readonly TaskCompletionSource _storing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string UserName => userName;
    public string Topic => topic;
    public byte[] Payload => payload;
    public Task Storing => _storing.Task;
    public void Stored() => _storing.TrySetResult();
    public void Failed() => _storing.TrySetException(new IOException("The disk is full."));
}
