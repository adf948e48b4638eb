using System.Globalization;

namespace FourPerMille.Sensor.VirtualBoard.Chips;

/// <summary>
/// A RAK3172 LoRaWAN modem with RUI3 firmware (v4): AT commands at 115 200 baud, answers and events a line each.
/// Source: RAKwireless, RUI3 AT command manual; lines as in recorded transcripts.
/// </summary>
public sealed class Rak3172Modem(ILoRaNetwork network) : AtModem(network, "AT_BUSY_ERROR")
{
    // Join accept window 1 opens 5 s after the request, receive window 1 of an uplink 1 s, window 2 closes after about 2.5 s.
    static readonly TimeSpan JoinTime = TimeSpan.FromSeconds(5.5);
    static readonly TimeSpan TransmitTime = TimeSpan.FromMilliseconds(400);
    static readonly TimeSpan ReceiveTime = TimeSpan.FromSeconds(1.2);
    static readonly TimeSpan WindowsTime = TimeSpan.FromSeconds(2.5);

    // Kept in the modem's own flash.
    readonly Dictionary<string, string> _settings = new()
    {
        ["NWM"] = "1", ["NJM"] = "1", ["CLASS"] = "A", ["BAND"] = "4", ["CFM"] = "0", ["ADR"] = "1", ["DR"] = "0", ["RETY"] = "0", ["LPM"] = "0",
        ["DEVEUI"] = "AC1F09FFFE000000", ["APPEUI"] = "0000000000000000", ["APPKEY"] = new string('0', 32),
    };

    string _lastReceived = "0:";

    protected override string Answer(string command)
    {
        if (command is "AT") return "OK";
        if (!command.StartsWith("AT", StringComparison.Ordinal)) return "AT_ERROR";
        if (command is "ATZ") { Reset(); return "OK"; }
        var (name, value) = command[2..].TrimStart('+').Split('=', 2) is [var n, var v] ? (n, v) : (command[2..].TrimStart('+'), "");
        return (name, value) switch
        {
            ("VER", "?") => "AT+VER=RUI_4.0.6_RAK3172-E\r\nOK",
            ("NJS", "?") => $"AT+NJS={(IsJoined ? 1 : 0)}\r\nOK",
            ("RECV", "?") => $"AT+RECV={_lastReceived}\r\nOK",
            ("DR", "?") when _settings["ADR"] == "1" => $"AT+DR={Network.DataRateOf(_settings["DEVEUI"])}\r\nOK",
            ("JOIN", _) => Join(value),
            ("SEND", _) => Send(value),
            (_, "?") when _settings.ContainsKey(name) => $"AT+{name}={_settings[name]}\r\nOK",
            _ when _settings.ContainsKey(name) => Set(name, value),
            _ => "AT_ERROR",
        };
    }

    string Set(string name, string value)
    {
        var length = name switch { "DEVEUI" or "APPEUI" => 16, "APPKEY" => 32, _ => 0 };
        var isValid = length == 0 ? value.Length is 1 or 2 : value.Length == length && value.All(Uri.IsHexDigit);
        if (!isValid) return "AT_PARAM_ERROR";
        if (length > 0 && !string.Equals(_settings[name], value, StringComparison.OrdinalIgnoreCase)) IsJoined = false;
        _settings[name] = value;
        return "OK";
    }

    string Join(string value)
    {
        if (!value.StartsWith("1", StringComparison.Ordinal)) { IsJoined = IsJoined && value != "0"; return "OK"; }
        if (IsBusy) return "AT_BUSY_ERROR";
        BusyFor(JoinTime, () =>
        {
            IsJoined = Network.Join(_settings["DEVEUI"], _settings["APPKEY"]);
            Say(TimeSpan.Zero, IsJoined ? "+EVT:JOINED" : "+EVT:JOIN_FAILED_RX_TIMEOUT");
        });
        return "OK";
    }

    string Send(string value)
    {
        if (value.Split(':') is not [var port, var hex] || !byte.TryParse(port, CultureInfo.InvariantCulture, out var fPort) || fPort is 0 or > 223
            || hex.Length % 2 != 0 || !hex.All(Uri.IsHexDigit)) return "AT_PARAM_ERROR";
        if (!IsJoined) return "AT_NO_NETWORK_JOINED";
        if (IsBusy) return "AT_BUSY_ERROR";
        var confirmed = _settings["CFM"] == "1";
        var result = Transmit(_settings["DEVEUI"], fPort, Convert.FromHexString(hex), confirmed, 1 + int.Parse(_settings["RETY"], CultureInfo.InvariantCulture));
        switch (result.Status)
        {
            case UplinkStatus.DutyCycleRestricted: return "AT_DUTYCYCLE_RESTRICTED";
            case UplinkStatus.TooLong: return "AT_PARAM_ERROR";
            case UplinkStatus.NotJoined: IsJoined = false; return "AT_NO_NETWORK_JOINED";
        }
        BusyFor(WindowsTime);
        if (!confirmed) Say(TransmitTime, "+EVT:TX_DONE");
        foreach (var downlink in result.Downlinks)
        {
            var received = $"{downlink.FPort}:{Convert.ToHexString(downlink.Payload)}";
            _lastReceived = received;
            Say(ReceiveTime, $"+EVT:RX_1:{downlink.RssiDbm}:{downlink.SnrDb}:UNICAST:{received}");
        }
        if (confirmed) Say(ReceiveTime, result.Acknowledged ? "+EVT:SEND_CONFIRMED_OK" : "+EVT:SEND_CONFIRMED_FAILED(4)");
        return "OK";
    }
}
