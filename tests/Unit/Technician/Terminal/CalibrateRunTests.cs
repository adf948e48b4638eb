using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.Unit.Gateway;

namespace FourPerMille.Sensor.Unit.Technician.Terminal;

public sealed class CalibrateRunTests
{
    [Fact]
    public async Task A_script_calibrates_a_probe_and_an_interrupted_one_goes_on_where_it_was()
    {
        await using var gateway = await TestGateway.Run();
        var bench = new TemperatureBench(gateway, await gateway.Enrol());
        var half = bench.Script("""{"probeSerial":"T-7","reference":"ice; thermometer T-9","place":"hut","steps":[{"step":"ice","between":[-16,16]}]}""");
        var whole = bench.Script("""{"probeSerial":"T-7","reference":"ice; thermometer T-9","place":"hut","steps":[{"step":"ice","between":[-16,16]},{"step":"bath","reference":30,"between":[400,600]}]}""");

        await using (bench.Says(8))
        {
            var (code, said) = await bench.Run(half);
            Assert.True(code == 1, said);
            Assert.Contains("Point 1 is taken: Ice", said);
            Assert.Contains("is kept as it is", said);
        }
        await using (bench.Says(30 * 16 + 12))
        {
            var (code, said) = await bench.Run(whole);
            Assert.True(code == 0, said);
            Assert.Contains("1 points are taken", said);
        }
        var certificate = Assert.Single(gateway.Get<CertificateBook>().All()).Content;
        Assert.Equal(-0.5, certificate.Coefficients[0], 0.01);
        Assert.Equal("T-7", certificate.ProbeSerial);
    }

    [Fact]
    public async Task A_probe_that_never_settles_and_a_script_that_asks_for_the_wrong_step_end_without_a_point()
    {
        await using var gateway = await TestGateway.Run();
        var bench = new TemperatureBench(gateway, await gateway.Enrol());
        Assert.Equal(1, (await bench.Run(bench.Script("""{"probeSerial":"T-7","steps":[{"step":"ice"}]}"""), "--patience", "1")).Code);
        Assert.Equal(2, (await bench.Run(bench.Script("""{"probeSerial":"T-7","steps":[{"step":"water"}]}"""), "--patience", "1")).Code);
        Assert.Equal(2, (await bench.Run(bench.Script("""{"steps":"none"}"""))).Code);
    }

    /// <summary>A probe in a bath: settled values every two seconds of its own clock, as fast as they are taken.</summary>
    sealed class TemperatureBench(TestGateway gateway, TestNode node)
    {
        uint _sequence, _steady = 100;

        public string Script(string json)
        {
            var file = Path.Combine(gateway.Folder, $"answers-{Guid.NewGuid():N}.json");
            File.WriteAllText(file, json);
            return file;
        }

        public Task<(int Code, string Said)> Run(string script, params string[] more) =>
            Typed.Run(["calibrate", "run", node.Id, "temperature", "--data", gateway.Folder, "--channel", "0", "--answers", script, "--by", "ada", "--language", "en", .. more]);

        /// <summary>The probe says this until disposed.</summary>
        public IAsyncDisposable Says(int sixteenths) => new Saying(this, sixteenths);

        async Task Say(int sixteenths)
        {
            var reading = new BenchReading { Epoch = 1, Sequence = _sequence, Probe = BenchProbe.SoilTemperature1, SteadySeconds = _steady, BenchSeconds = _steady - 100 };
            reading.ClearValues();
            reading.Values[0] = sixteenths;
            var body = new byte[BenchReading.MaxBodyLength];
            var length = reading.Encode(body, 0);
            await gateway.Get<FrameIntake>().Take(gateway.Get<NodeRegistry>().Required(node.Id), NodeLink.Wifi, [node.Seal(FrameKind.Bench, 1, _sequence++, body[..length], NodeLink.Wifi)], CancellationToken.None);
            _steady += 2;
        }

        sealed class Saying : IAsyncDisposable
        {
            readonly CancellationTokenSource _enough = new();
            readonly Task _saying;

            public Saying(TemperatureBench bench, int sixteenths) => _saying = Task.Run(async () =>
            {
                while (!_enough.IsCancellationRequested)
                {
                    await bench.Say(sixteenths);
                    await Task.Delay(2);
                }
            });

            public async ValueTask DisposeAsync()
            {
                await _enough.CancelAsync();
                await _saying;
                _enough.Dispose();
            }
        }
    }
}
