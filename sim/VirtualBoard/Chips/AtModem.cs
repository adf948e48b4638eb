using System.Text;

namespace FourPerMille.Sensor.VirtualBoard.Chips;

/// <summary>What LoRaWAN modems with AT commands share: lines in, lines out, a session in RAM, and times in which they take nothing.</summary>
/// <param name="busyWords">What it answers for ever when it is stuck.</param>
public abstract class AtModem(ILoRaNetwork network, string busyWords) : SerialChip
{
    static readonly TimeSpan CommandTime = TimeSpan.FromMilliseconds(20);

    readonly StringBuilder _line = new();
    DateTimeOffset _busyUntil;
    int _powerUps;

    /// <summary>Each command line as it arrived.</summary>
    public event Action<string>? Commanded;

    public bool IsJoined { get; protected set; }

    protected ILoRaNetwork Network { get; } = network;

    protected bool IsBusy => Now < _busyUntil;

    /// <summary>The line or lines to a command; empty for none.</summary>
    protected abstract string Answer(string command);

    protected override void Reset()
    {
        // The session lives in RAM.
        IsJoined = false;
        _busyUntil = DateTimeOffset.MinValue;
        _line.Clear();
        _powerUps++;
    }

    protected override void OnByte(byte value)
    {
        if (value is not ((byte)'\r' or (byte)'\n')) { _line.Append((char)value); return; }
        if (_line.Length == 0) return;
        var command = _line.ToString();
        _line.Clear();
        Commanded?.Invoke(command);
        var answer = Fault == ChipFault.Stuck ? busyWords : Answer(command);
        if (answer.Length > 0) Say(CommandTime, answer);
    }

    /// <summary>Sends, and a confirmed uplink again until somebody acknowledges it, at most so many times in all.</summary>
    protected UplinkResult Transmit(string devEui, byte fPort, byte[] payload, bool confirmed, int attempts)
    {
        var result = Network.Send(devEui, fPort, payload, confirmed);
        for (var made = 1; confirmed && made < attempts && result is { Status: UplinkStatus.Sent, Acknowledged: false }; made++)
            result = Network.Send(devEui, fPort, payload, confirmed);
        return result;
    }

    protected void Say(TimeSpan delay, string lines)
    {
        var bytes = Encoding.ASCII.GetBytes(lines + "\r\n");
        // A noisy line: the first character arrives broken.
        if (Fault == ChipFault.BadCrc) bytes[0] ^= 0x80;
        Send(delay, bytes);
    }

    protected void BusyFor(TimeSpan delay) => _busyUntil = Now + delay;

    /// <summary>Busy until then; what it then does is forgotten if it restarts meanwhile.</summary>
    protected void BusyFor(TimeSpan delay, Action then)
    {
        BusyFor(delay);
        var powerUp = _powerUps;
        After(delay, () =>
        {
            if (powerUp == _powerUps) then();
        });
    }
}
