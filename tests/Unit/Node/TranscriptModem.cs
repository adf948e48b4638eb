using System.Text;
using FourPerMille.Sensor.VirtualBoard;

namespace FourPerMille.Sensor.Unit.Node;

/// <summary>Answers commands as a recorded session did, with the lines of an answer in any order and garbage between them.</summary>
/// <param name="seed">0: in the recorded order, without garbage.</param>
sealed class TranscriptModem(string[] transcript, int seed = 0) : SerialChip
{
    // Ten bits at 9600 baud, the slower of the two: faster, garbage and all would not pass through the port's 256 bytes.
    static readonly TimeSpan ByteTime = TimeSpan.FromSeconds(10.0 / 9600);

    static readonly string[] Garbage =
    [
        "+EVT:", "+EVT:RX_1", "+EVT:RX_1:-70:8:UNICAST:2:4865Z", "+EVT:RX_1:-70:8:UNICAST:999:4865", "+JOIN:", "+MSGHEX: PORT: ; RX: \"\"",
        "+MSGHEX: PORT: 15; RX: \"48", "+MSGHEX: PORT: 15; RX: \"4Z\"", "+INFO: Input timeout", "+", ":", "\"", "+: ", "RX: \"PORT: ;", "\u007f\u0001",
    ];

    readonly Random _random = new(seed);
    readonly Dictionary<string, string[]> _answers = Exchanges(transcript);
    readonly StringBuilder _line = new();

    public List<string> Commands { get; } = [];

    /// <summary>Replaces what it says to a command, so many times; then the recorded answer again.</summary>
    public Dictionary<string, (string[] Lines, int Times)> Instead { get; } = [];

    protected override void Reset() => _line.Clear();

    protected override void OnByte(byte value)
    {
        if (value is not ((byte)'\r' or (byte)'\n')) { _line.Append((char)value); return; }
        if (_line.Length == 0) return;
        var command = _line.ToString();
        _line.Clear();
        Commands.Add(command);
        var at = TimeSpan.Zero;
        foreach (var line in Disturbed(AnswerTo(Name(command)))) Send(at += ByteTime * (line.Length + 2), Encoding.Latin1.GetBytes(line + "\r\n"));
    }

    string[] AnswerTo(string name)
    {
        if (Instead.TryGetValue(name, out var instead) && instead.Times > 0)
        {
            Instead[name] = (instead.Lines, instead.Times - 1);
            return instead.Lines;
        }
        // What the recorded session did not ask is answered in the manner of its make.
        return _answers.GetValueOrDefault(name) ?? (_answers.ContainsKey("AT") ? [$"+{name[3..]}: OK"] : ["OK"]);
    }

    IEnumerable<string> Disturbed(string[] lines)
    {
        if (seed == 0) return lines;
        lines = [.. lines];
        _random.Shuffle(lines);
        return lines.SelectMany(line => Enumerable.Range(0, _random.Next(3)).Select(_ => Noise()).Append(line));
    }

    string Noise() => _random.Next(3) > 0
        ? Garbage[_random.Next(Garbage.Length)]
        : string.Concat(Enumerable.Range(0, _random.Next(20)).Select(_ => (char)_random.Next(0x80, 0x100)));

    static string Name(string command) => command.Split('=')[0];

    /// <summary>
    /// Command name to answer. The lines of an unconfirmed uplink carry another name than those of the recorded, confirmed one, and are the
    /// same but for the acknowledgement.
    /// </summary>
    static Dictionary<string, string[]> Exchanges(string[] transcript)
    {
        Dictionary<string, string[]> answers = [];
        var command = "";
        foreach (var line in transcript.Where(l => l.Length > 0 && l[0] != '#'))
            if (line.StartsWith("> ", StringComparison.Ordinal)) answers[command = Name(line[2..])] = [];
            else answers[command] = [.. answers[command], line];
        if (answers.TryGetValue("AT+CMSGHEX", out var confirmed))
            answers["AT+MSGHEX"] = [.. confirmed.Where(l => !l.Contains("ACK", StringComparison.Ordinal)).Select(l => l.Replace("CMSGHEX", "MSGHEX", StringComparison.Ordinal))];
        return answers;
    }
}
