using System.Net;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.SocModels.Cores;
using FourPerMille.Sensor.Gateway.SocModels.Laboratory;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Payload;
using FourPerMille.Sensor.Unit.Gateway;
using FourPerMille.Sensor.Unit.Technician;

namespace FourPerMille.Sensor.Unit.SocModels;

/// <summary>At the core: the label, the head on its bench, and the spectrum that belongs to the sample.</summary>
public sealed class CoreTests
{
    [Fact]
    public async Task What_the_head_sees_is_tied_to_the_sample_whose_label_was_typed_and_to_no_other()
    {
        await using var gateway = await TestGateway.Run();
        var head = new Head(gateway, await gateway.Enrol());
        await MadeUpSoil.Certify(gateway, head.Node);
        var samples = await LaboratoryTests.Planned(gateway);
        var cores = gateway.Get<CoreBook>();
        async Task<string?> Refused(string sample) => (await Assert.ThrowsAsync<InputRefused>(() => cores.TakeFromBench("village", sample, head.Node.Id, null, "ada", default))).Key;

        Assert.Equal("model.refused-head-silent", await Refused(samples[0].Id));
        await head.Shoot(20, lit: 4);
        Assert.Equal("model.refused-sample-check", await Refused(samples[0].Id[..^1] + (samples[0].Id[^1] == '2' ? '3' : '2')));
        var shot = await cores.TakeFromBench("village", samples[0].Id.ToLowerInvariant(), head.Node.Id, 0.12, "ada", default);
        Assert.Equal((samples[0].Id, 0.12, head.Node.Id), (shot.Sample, shot.MoistureM3PerM3, shot.Node));
        Assert.Equal(MadeUpSoil.Loam(20)[5], shot.Reflectance[5], 3);
        // The same light is not of two soils.
        Assert.Equal("model.refused-few-shots", await Refused(samples[1].Id));
        await head.Shoot(12, lit: 4);
        await cores.TakeFromBench("village", samples[1].Id, head.Node.Id, null, "ada", default);

        var entries = cores.Entries("village");
        Assert.Equal(2, entries.Count(e => e.Reflectance is not null));
        await cores.TakeBack("village", shot.Id, default);
        Assert.Null(cores.Entries("village")[0].Reflectance);
        Assert.Single(cores.Entries("village")[0].Shots);
    }

    [Fact]
    public async Task A_reading_gives_its_spectrum_and_the_water_its_own_probe_saw()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        await MadeUpSoil.Certify(gateway, node);
        await MadeUpSoil.SendDay(gateway, node, soc: 20, MadeUpSoil.DryCounts, celsius: 12);
        var samples = await LaboratoryTests.Planned(gateway);
        var cores = gateway.Get<CoreBook>();
        var shot = await cores.TakeReading("village", samples[0].Id, node.Id, 1, 40, null, "ada", default);
        Assert.Equal((1u, 40u), (shot.Epoch!.Value, shot.Sequence!.Value));
        Assert.Equal(0.1, shot.MoistureM3PerM3!.Value, 6);
        Assert.Equal(MadeUpSoil.Loam(20)[0], shot.Reflectance[0], 2);
        Assert.Equal("model.refused-shot-tied", (await Assert.ThrowsAsync<InputRefused>(() => cores.TakeReading("village", samples[1].Id, node.Id, 1, 40, null, "ada", default))).Key);
        Assert.Equal("model.refused-no-reading", (await Assert.ThrowsAsync<InputRefused>(() => cores.TakeReading("village", samples[1].Id, node.Id, 1, 41, null, "ada", default))).Key);
    }

    [Fact]
    public async Task Spectra_come_from_a_file_too_line_by_line()
    {
        await using var gateway = await TestGateway.Run();
        var samples = await LaboratoryTests.Planned(gateway);
        var file = MadeUpCores.Spectra([(samples[0].Id, 12, 0.1), (samples[1].Id, 15, null), ("7K3M-012A-R", 15, null)], bad: samples[2].Id);
        var report = await gateway.Get<CoreBook>().Import("village", file, "spectra.csv", "ada", default);
        Assert.Equal([LineState.Taken, LineState.Taken, LineState.Refused, LineState.Refused], report.Lines.Select(l => l.State));
        Assert.Equal("model.refused-reflectance", report.Lines[3].Reason!.Key);
        var again = await gateway.Get<CoreBook>().Import("village", file, "spectra.csv", "ada", default);
        Assert.Equal(2, again.Count(LineState.Known));
        Assert.Equal(0.1, gateway.Get<CoreBook>().Entries("village")[0].MoistureM3PerM3);
    }

    [Fact]
    public async Task On_the_console_a_mistyped_label_is_told_and_a_good_one_leads_to_the_next()
    {
        await using var gateway = await TestGateway.Run();
        var head = new Head(gateway, await gateway.Enrol());
        await MadeUpSoil.Certify(gateway, head.Node);
        var samples = await LaboratoryTests.Planned(gateway);
        await gateway.Get<AccountBook>().Open("ada", Role.Technician, "maize after beans", "test", default);
        using var ada = new ConsoleVisitor(gateway.Running.Http, "de");
        await ada.SignIn("ada", "maize after beans");
        await head.Shoot(20, lit: 4);
        async Task<string> Shot(string sample)
        {
            var (status, location, _) = await ada.Submit("/calibrations/models/village/cores", "/calibrations/models/village/do/shot", ("sample", sample), ("node", head.Node.Id), ("from", "bench"), ("moisture", "12,5"));
            Assert.Equal(HttpStatusCode.Redirect, status);
            return await ada.Page(location!.ToString());
        }
        var refused = await Shot(samples[0].Id[..^1] + (samples[0].Id[^1] == '2' ? '3' : '2'));
        Assert.Contains("ist vertippt", refused);
        Assert.Contains("value=\"12,5\"", refused);
        var page = await Shot(samples[0].Id);
        Assert.Contains($"{samples[0].Id} hat sein Spektrum", page);
        Assert.Contains("1 von 30 Proben haben ein Spektrum", page);
        Assert.Equal(0.125, gateway.Get<CoreBook>().Entries("village")[0].MoistureM3PerM3!.Value, 9);
    }

    /// <summary>A spectral head on its node's bench.</summary>
    sealed class Head(TestGateway gateway, TestNode node)
    {
        const int Dark = 120;
        uint _sequence, _steady = 100;

        public TestNode Node => node;

        public async Task Shoot(double soc, int lit)
        {
            await Say(false, [.. Enumerable.Repeat((double)Dark, 18)]);
            for (var i = 0; i < lit; i++) await Say(true, [.. MadeUpSoil.Loam(soc).Select(r => Dark + r * MadeUpSoil.White)]);
        }

        async Task Say(bool isLit, double[] counts)
        {
            var reading = new BenchReading { Epoch = 1, Sequence = _sequence, Probe = BenchProbe.SpectralHead, SteadySeconds = _steady, BenchSeconds = _steady - 100 };
            reading.ClearValues();
            (reading.IsLit, reading.Gain, reading.IntegrationCode) = (isLit, 2, 9);
            for (var band = 0; band < 18; band++) reading.Values[band] = (int)Math.Round(counts[band]);
            var body = new byte[BenchReading.MaxBodyLength];
            var length = reading.Encode(body, 0);
            await gateway.Get<FrameIntake>().Take(gateway.Get<NodeRegistry>().Required(node.Id), NodeLink.Wifi, [node.Seal(FrameKind.Bench, 1, _sequence++, body[..length], NodeLink.Wifi)], CancellationToken.None);
            _steady += 2;
        }
    }
}
