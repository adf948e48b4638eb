namespace FourPerMille.Sensor.Scenarios.Conservation;

/// <summary>
/// What befalls the messages of one node in one wake, whatever carries them. Keeps what went by, to play it again in a later wake: a late
/// message, a reordered one and a replayed one are the same bytes at another time.
/// </summary>
sealed class AirFaults
{
    /// <summary>Enough to play again what is days old.</summary>
    const int Kept = 200;

    readonly List<byte[]> _wentUp = [], _wentDown = [];
    readonly List<(Happening What, int Number)> _expected = [];
    int _up;

    public bool IsDown { get; set; }

    /// <summary>The gateway takes this message, and its answer is lost.</summary>
    public bool LosesAnswer { get; private set; }

    public void Expect(Happening what, int number) => _expected.Add((what, number));

    public void Clear()
    {
        _expected.Clear();
        (IsDown, LosesAnswer, _up) = (false, false, 0);
    }

    /// <summary>What the gateway receives in place of this message; null where the line breaks before.</summary>
    public List<byte[]>? Up(byte[] message)
    {
        _up++;
        if (_expected.Contains((Happening.CutBeforeGateway, _up))) return null;
        LosesAnswer = _expected.Contains((Happening.CutAfterGateway, _up));
        List<byte[]> all = [];
        foreach (var (what, number) in _expected)
        {
            if (what == Happening.ReplayUp && _wentUp.Count > 0) all.Add(_wentUp[number % _wentUp.Count]);
            if (what == Happening.ForgeUp) all.Add(Forged(message, number));
            if (what == Happening.DuplicateUp) all.Add(message);
        }
        all.Add(message);
        Keep(_wentUp, message);
        return all;
    }

    public List<byte[]> Down(byte[] message)
    {
        List<byte[]> all = [];
        foreach (var (what, number) in _expected)
        {
            if (what == Happening.ReplayDown && _wentDown.Count > 0) all.Add(_wentDown[number % _wentDown.Count]);
            if (what == Happening.ForgeDown) all.Add(Forged(message, number));
        }
        all.Add(message);
        Keep(_wentDown, message);
        return all;
    }

    /// <summary>One bit is another, somewhere behind the first bytes, which carry the line's own framing.</summary>
    static byte[] Forged(byte[] message, int number)
    {
        byte[] forged = [.. message];
        // The last forty bytes are always the node's or the gateway's, not MQTT's.
        var reach = Math.Min(40, forged.Length - 1);
        forged[^(1 + number % reach)] ^= (byte)(1 << (number / reach % 8));
        return forged;
    }

    static void Keep(List<byte[]> kept, byte[] message)
    {
        kept.Add(message);
        if (kept.Count > Kept) kept.RemoveAt(0);
    }
}
