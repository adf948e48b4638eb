using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Time;
using FourPerMille.Sensor.Gateway.Time.Sntp;
using FourPerMille.Sensor.Unit.Node;

namespace FourPerMille.Sensor.Unit.Gateway;

/// <summary>The gateway's time server against RFC 5905 (figure 8) and RFC 4330 (section 6), field by field.</summary>
public sealed class SntpTests
{
    static readonly DateTimeOffset Utc = new(2026, 3, 1, 6, 0, 0, 250, TimeSpan.Zero);

    /// <summary>A question as a careful client puts it: version 4, poll 6, an arbitrary transmit timestamp.</summary>
    static byte[] Question(int version = 4, int mode = 3)
    {
        var question = new byte[48];
        question[0] = (byte)(version << 3 | mode);
        question[2] = 6;
        for (var i = 40; i < 48; i++) question[i] = (byte)(0xA0 + i);
        return question;
    }

    [Fact]
    public void A_synchronised_gateway_states_each_field_as_the_standard_says()
    {
        var answer = NtpPacket.Answer(Question(), Utc.AddMilliseconds(-3), new ClockReading(Utc, ClockStanding.Synchronised, TimeSpan.FromMilliseconds(125)));
        Assert.Equal(48, answer.Length);
        Assert.Equal((0, 4, 4), (answer[0] >> 6, answer[0] >> 3 & 7, answer[0] & 7)); // no leap, version as asked, server
        Assert.Equal(4, answer[1]); // stratum
        Assert.Equal(6, answer[2]); // poll as asked
        Assert.Equal(-20, (sbyte)answer[3]); // precision
        Assert.Equal(0u, Word(answer, 4)); // root delay
        Assert.Equal(0x2000u, Word(answer, 8)); // root dispersion: 1/8 s in 16.16
        Assert.Equal([127, 0, 0, 1], answer[12..16]); // reference: a daemon of this machine
        Assert.Equal(Utc, Time(answer, 16), Tick);
        Assert.Equal(Question()[40..48], answer[24..32]); // originate: the client's transmit timestamp
        Assert.Equal(Utc.AddMilliseconds(-3), Time(answer, 32), Tick);
        Assert.Equal(Utc, Time(answer, 40), Tick);
        Assert.Equal(0x40000000u, Word(answer, 44)); // a quarter of a second in 0.32
    }

    [Fact]
    public void A_clock_that_runs_freely_serves_as_the_last_resort_and_owns_up_to_its_error()
    {
        var answer = NtpPacket.Answer(Question(3), Utc, new ClockReading(Utc, ClockStanding.FreeRunning, null));
        Assert.Equal((0, 3, 10), (answer[0] >> 6, answer[0] >> 3 & 7, answer[1]));
        Assert.Equal([127, 127, 1, 1], answer[12..16]);
        Assert.Equal(16u << 16, Word(answer, 8)); // MAXDISP
        Assert.Equal(Utc, Time(answer, 40), Tick);
    }

    [Fact]
    public void A_clock_that_was_never_set_says_so_in_every_way_there_is()
    {
        var answer = NtpPacket.Answer(Question(), Utc, new ClockReading(Utc, ClockStanding.Unset, null));
        Assert.Equal((3, 0), (answer[0] >> 6, answer[1])); // alarm; stratum 16 is 0 on the wire (section 7.3)
        Assert.Equal("INIT", Encoding.ASCII.GetString(answer, 12, 4));
        Assert.Equal(new byte[8], answer[16..24]);
        Assert.Equal(ClockStanding.Unset, new GatewayClock(new SimulatedTimeProvider(DateTimeOffset.UnixEpoch)).Read().Standing);
    }

    [Fact]
    public void Timestamps_go_on_through_the_era_of_2036()
    {
        var later = new DateTimeOffset(2036, 2, 7, 6, 28, 17, TimeSpan.Zero); // one second into era 1 (RFC 5905, figure 4)
        var answer = NtpPacket.Answer(Question(), later, new ClockReading(later, ClockStanding.Synchronised, TimeSpan.Zero));
        Assert.Equal(1u, Word(answer, 40));
    }

    [Theory]
    [InlineData(4, 3, 48, true)]
    [InlineData(1, 3, 48, true)]
    [InlineData(4, 3, 68, true)] // with a signature behind, which is not looked at
    [InlineData(4, 3, 47, false)]
    [InlineData(4, 4, 48, false)] // an answer: two servers must not feed each other
    [InlineData(4, 5, 48, false)]
    [InlineData(4, 6, 48, false)] // control messages: others' amplifiers
    [InlineData(4, 7, 48, false)]
    [InlineData(0, 3, 48, false)]
    [InlineData(5, 3, 48, false)]
    public void Only_a_client_s_question_is_answered(int version, int mode, int length, bool isAnswered)
    {
        var packet = new byte[length];
        packet[0] = (byte)(version << 3 | mode);
        Assert.Equal(isAnswered, NtpPacket.IsQuestion(packet));
    }

    [Fact]
    public async Task Who_asks_too_often_is_told_at_times_and_answered_again_when_time_has_passed()
    {
        var wire = new SimulatedTimeProvider(Utc);
        var rate = new AskingRate(wire);
        var (greedy, modest) = (IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.2"));
        for (var i = 0; i < AskingRate.Burst; i++) Assert.Equal(AskingRate.Verdict.Answer, rate.Judge(greedy));
        Assert.Equal(AskingRate.Verdict.SayTooOften, rate.Judge(greedy));
        Assert.Equal(100 / AskingRate.RefusalsPerWord, Enumerable.Range(0, 100).Count(_ => rate.Judge(greedy) == AskingRate.Verdict.SayTooOften));
        Assert.Equal(AskingRate.Verdict.Answer, rate.Judge(modest));
        await wire.AdvanceTo(Utc + AskingRate.Refill, () => Task.CompletedTask);
        Assert.Equal(AskingRate.Verdict.Answer, rate.Judge(greedy));
        Assert.NotEqual(AskingRate.Verdict.Answer, rate.Judge(greedy));

        var word = NtpPacket.TooOften(Question());
        Assert.Equal((3, 0, "RATE"), (word[0] >> 6, word[1], Encoding.ASCII.GetString(word, 12, 4)));
        Assert.Equal(Question()[40..48], word[24..32]);
    }

    [Fact]
    public async Task Over_the_wire_rubbish_is_ignored_and_no_answer_is_longer_than_its_question()
    {
        await using var gateway = await Serve();
        using var socket = new UdpClient();
        socket.Connect(gateway.Running.Sntp!);
        await socket.SendAsync(new byte[7]);
        await socket.SendAsync(Question(mode: 6));
        await socket.SendAsync((byte[])[.. Question(), .. new byte[900]]);
        var answer = await socket.ReceiveAsync().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((48, 4), (answer.Buffer.Length, answer.Buffer[0] & 7));
        Assert.Equal(TestGateway.Start, Time(answer.Buffer, 40), Tick);
        Assert.Equal(0u, Word(answer.Buffer, 8)); // simulated: right by definition
    }

    [Fact]
    public async Task A_node_that_wakes_without_a_date_takes_it_from_the_gateway_and_then_trusts_its_certificate()
    {
        var node = new VirtualNode();
        await using var gateway = await TestGateway.Run(start: node.Board.Clock.Utc, change: o => o with { MqttTls = true, Sntp = new IPEndPoint(IPAddress.Loopback, 0) });
        var answer = await gateway.Post("/api/nodes", System.Text.Json.Nodes.JsonNode.Parse(
            $$"""{"nodes":[{"node":"{{VirtualNode.Id}}","site":"hut","region":"france","link":"wifi","host":"hut.local"}]}""")!);
        foreach (var (name, content) in answer["nodes"]![0]!["files"]!.AsObject()) node.Board.Disk.WriteAllText(@"I:\" + name, content!.ToString());
        node.Board.Network.Map("hut.local", 8883, gateway.Running.Mqtt);
        node.Board.Network.Map("hut.local", 123, gateway.Running.Sntp!);

        await Task.Run(() => node.Wake(2));

        Assert.Single(node.AllTrace, line => line.StartsWith("clock set by network time", StringComparison.Ordinal));
        Assert.Contains(node.AllTrace, line => line.StartsWith("clock set by ", StringComparison.Ordinal));
        var readings = (await gateway.GetJson($"/api/nodes/{VirtualNode.Id}/readings")).AsArray();
        Assert.Equal([0, 3], readings.Select(reading => (int)reading!["clockQuality"]!).Order());
    }

    [Fact]
    public async Task A_taken_port_is_refused_with_what_to_do()
    {
        using var taken = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var refusal = await Assert.ThrowsAsync<InputRefused>(() => TestGateway.Run(change: o => o with { Sntp = (IPEndPoint)taken.Client.LocalEndPoint! }));
        Assert.Contains("--sntp", refusal.Message);
    }

    [ToolFact("chronyd", "chrony")]
    public async Task Chrony_believes_the_answers()
    {
        await using var gateway = await Serve();
        // -Q: measures, prints and sets nothing; -U: as any user. It deletes its pid file when it ends, so that is one of its own.
        using var chrony = Process.Start(new ProcessStartInfo(Tools.Find("chronyd")!, ["-Q", "-U", "-u", Environment.UserName, "-t", "20", $"server 127.0.0.1 port {gateway.Running.Sntp!.Port} iburst maxsamples 1", $"pidfile {Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())}", "cmdport 0", "bindcmdaddress /"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var said = await chrony.StandardOutput.ReadToEndAsync() + await chrony.StandardError.ReadToEndAsync();
        await chrony.WaitForExitAsync();
        Assert.Contains("System clock wrong by", said);
        var words = said[said.IndexOf("wrong by", StringComparison.Ordinal)..].Split(' ');
        var offBy = TimeSpan.FromSeconds(double.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal((TestGateway.Start - DateTimeOffset.UtcNow).TotalSeconds, offBy.TotalSeconds, 30.0);
    }

    static Task<TestGateway> Serve() => TestGateway.Run(change: o => o with { Sntp = new IPEndPoint(IPAddress.Loopback, 0) });

    static readonly TimeSpan Tick = TimeSpan.FromMicroseconds(1);

    static uint Word(byte[] packet, int at) => BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(at));

    /// <summary>By another road than the server's: seconds from 1900 as the standard tells its epoch's date (RFC 5905, figure 4).</summary>
    static DateTimeOffset Time(byte[] packet, int at) =>
        DateTimeOffset.FromUnixTimeSeconds(Word(packet, at) - 2_208_988_800L).AddTicks((long)Math.Round(Word(packet, at + 4) / 4294967296.0 * TimeSpan.TicksPerSecond));
}
