using System.Globalization;

namespace FourPerMille.Sensor.VirtualBoard.Chips;

/// <summary>
/// A Seeed LoRa-E5 (Wio-E5) LoRaWAN modem: AT commands at 9600 baud, each answered by lines <c>+NAME: words</c>. It sleeps when told to,
/// and the first character that wakes it costs the command that came with it. Source: Seeed, LoRa-E5 AT command specification 1.0;
/// lines as in recorded transcripts.
/// </summary>
public sealed class LoRaE5Modem(ILoRaNetwork network) : AtModem(network, "+AT: LoRaWAN modem is busy")
{
    static readonly TimeSpan StartTime = TimeSpan.FromMilliseconds(30);
    // As for every class A device: a join accept after 5 s, an answer to an uplink after 1 s or its windows over after about 2.5 s.
    static readonly TimeSpan JoinTime = TimeSpan.FromSeconds(5.5);
    static readonly TimeSpan ReceiveTime = TimeSpan.FromSeconds(1.2);
    static readonly TimeSpan WindowsTime = TimeSpan.FromSeconds(2.5);

    // Kept in the modem's own flash.
    readonly Dictionary<string, string> _identity = new(StringComparer.OrdinalIgnoreCase)
    {
        ["DevEui"] = "2CF7F12032300001", ["AppEui"] = "8000000000000006", ["DevAddr"] = "260B2025",
    };
    readonly Dictionary<string, string> _settings = new() { ["MODE"] = "LWABP", ["CLASS"] = "A", ["PORT"] = "8", ["ADR"] = "ON", ["CH"] = "NUM,0-2", ["RETRY"] = "2" };
    string _appKey = new('0', 32);

    public bool IsAsleep { get; private set; }

    protected override void Reset()
    {
        base.Reset();
        IsAsleep = false;
    }

    protected override string Answer(string command)
    {
        if (IsAsleep)
        {
            IsAsleep = false;
            return "+LOWPOWER: WAKEUP";
        }
        if (command is "AT") return "+AT: OK";
        if (!command.StartsWith("AT+", StringComparison.Ordinal)) return "+AT: ERROR(-10)";
        var (name, value) = command[3..].Split('=', 2) is [var n, var v] ? (n, v) : (command[3..], "");
        return name switch
        {
            "ID" => Identity(value),
            "KEY" => Key(value),
            "DR" when value.Length == 0 => DataRate(),
            "DR" => value is "EU868" or "AS923" ? "+DR: " + value : "+DR: ERROR(-1)",
            "JOIN" => Join(value),
            "MSGHEX" or "CMSGHEX" => Send(name, value),
            "LOWPOWER" => Sleep(),
            "RESET" => Restart(),
            _ when _settings.ContainsKey(name) => Set(name, value),
            _ => $"+{name}: ERROR(-10)",
        };
    }

    string Identity(string value)
    {
        if (value.Length == 0) return string.Join("\r\n", new[] { "DevAddr", "DevEui", "AppEui" }.Select(Shown));
        var (name, digits) = value.Split(',', 2) is [var n, var d] ? (n, Unquoted(d)) : (value, "");
        if (digits.Length == 0 && _identity.ContainsKey(name)) return Shown(name);
        if (!_identity.TryGetValue(name, out var known) || !IsHex(digits, known.Length)) return "+ID: ERROR(-1)";
        _identity[name] = digits;
        return Shown(name);

        string Shown(string which) => $"+ID: {which}, {string.Join(':', _identity[which].Chunk(2).Select(pair => new string(pair)))}";
    }

    string Key(string value)
    {
        if (value.Split(',', 2) is not ["APPKEY", var quoted] || !IsHex(Unquoted(quoted), 32)) return "+KEY: ERROR(-1)";
        _appKey = Unquoted(quoted);
        return $"+KEY: APPKEY {_appKey}";
    }

    string DataRate()
    {
        var rate = Network.DataRateOf(_identity["DevEui"]);
        return $"+DR: DR0{(rate > 0 ? $" (ADR DR{rate})" : "")}\r\n+DR: EU868 DR{rate}  SF{12 - rate} BW125K";
    }

    string Set(string name, string value)
    {
        if (name == "PORT" && value.Length > 0 && !(byte.TryParse(value, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 224)) return "+PORT: ERROR(-1)";
        if (value.Length > 0) _settings[name] = value;
        return $"+{name}: {_settings[name].Replace(",", ", ", StringComparison.Ordinal)}";
    }

    string Join(string value)
    {
        if (IsBusy) return "+JOIN: LoRaWAN modem is busy";
        if (_settings["MODE"] != "LWOTAA") return "+JOIN: Not in OTAA mode";
        if (IsJoined && value != "FORCE") return "+JOIN: Joined already";
        IsJoined = false;
        Say(StartTime, "+JOIN: " + (value == "FORCE" ? "FORCE" : "NORMAL"));
        BusyFor(JoinTime, () =>
        {
            IsJoined = Network.Join(_identity["DevEui"], _appKey);
            Say(TimeSpan.Zero, IsJoined
                ? "+JOIN: Network joined\r\n+JOIN: NetID 000013 DevAddr 26:01:5F:66\r\n+JOIN: Done"
                : "+JOIN: Join failed\r\n+JOIN: Done");
        });
        return "+JOIN: Start";
    }

    string Send(string name, string value)
    {
        var hex = Unquoted(value).Replace(" ", "", StringComparison.Ordinal);
        if (hex.Length % 2 != 0 || !IsHex(hex, hex.Length)) return $"+{name}: ERROR(-1)";
        if (IsBusy) return $"+{name}: LoRaWAN modem is busy";
        if (!IsJoined) return $"+{name}: Please join network first";
        var confirmed = name == "CMSGHEX";
        var result = Transmit(_identity["DevEui"], byte.Parse(_settings["PORT"], CultureInfo.InvariantCulture), Convert.FromHexString(hex), confirmed,
            int.Parse(_settings["RETRY"], CultureInfo.InvariantCulture));
        switch (result.Status)
        {
            case UplinkStatus.DutyCycleRestricted: return $"+{name}: No free channel";
            case UplinkStatus.TooLong: return $"+{name}: Length error 11";
            case UplinkStatus.NotJoined: IsJoined = false; return $"+{name}: Please join network first";
        }
        if (confirmed) Say(StartTime, $"+{name}: Wait ACK");
        var over = result.Acknowledged || result.Downlinks.Count > 0 ? ReceiveTime : WindowsTime;
        BusyFor(over);
        if (confirmed && result.Acknowledged) Say(over, $"+{name}: ACK Received");
        foreach (var downlink in result.Downlinks)
        {
            Say(over, $"+{name}: PORT: {downlink.FPort}; RX: \"{Convert.ToHexString(downlink.Payload)}\"");
            Say(over, FormattableString.Invariant($"+{name}: RXWIN1, RSSI {downlink.RssiDbm}, SNR {downlink.SnrDb:F1}"));
        }
        Say(over, $"+{name}: Done");
        return $"+{name}: Start";
    }

    string Sleep()
    {
        IsAsleep = true;
        return "+LOWPOWER: SLEEP";
    }

    string Restart()
    {
        Reset();
        return "+RESET: OK";
    }

    static string Unquoted(string text) => text.Trim().Trim('"');

    static bool IsHex(string text, int length) => text.Length == length && text.All(Uri.IsHexDigit);
}
