using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Technician.Health;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using FourPerMille.Sensor.Unit.Gateway;

namespace FourPerMille.Sensor.Unit.Technician;

/// <summary>Two calibrations of one probe that do not agree.</summary>
public sealed class DriftTests
{
    static readonly DateTimeOffset Start = TestGateway.Start;

    [Fact]
    public async Task A_probe_that_moved_between_two_calibrations_is_named_with_how_far()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        var book = gateway.Get<CertificateBook>();
        await book.Issue(Moisture(node.Id, "M-1", offset: 0, day: -400), default);
        Assert.Null(Drift(gateway, node.Id));

        await book.Issue(Moisture(node.Id, "M-1", offset: 0.05, day: -1), default);
        var drift = Drift(gateway, node.Id)!;
        Assert.Equal((ConcernKind.ProbeDrifting, "moisture", 1), (drift.Kind, drift.Probe, drift.Channel));
        Assert.Equal(0.05, drift.Moved!.Value.By, 6);
        // Three times the root of 2 times 0.01 squared.
        Assert.Equal(0.0424, drift.Moved.Value.Explained, 4);
        Assert.Equal("The moisture probe 2 drifts: since its calibration of 2025-01-25 it moved by +5.0 % vol; the uncertainties of both calibrations explain 4.2 % vol at most.",
            new Wording(new Languages().Find("en")!).Concern(drift).Replace(Start.AddDays(-400).ToString("yyyy-MM-dd"), "2025-01-25"));
    }

    [Fact]
    public async Task A_difference_that_both_uncertainties_explain_is_none_nor_that_of_another_probe()
    {
        await using var gateway = await TestGateway.Run();
        var node = await gateway.Enrol();
        var book = gateway.Get<CertificateBook>();
        await book.Issue(Moisture(node.Id, "M-1", offset: 0, day: -400), default);
        await book.Issue(Moisture(node.Id, "M-1", offset: 0.04, day: -200), default);
        Assert.Null(Drift(gateway, node.Id));
        await book.Issue(Moisture(node.Id, "M-2", offset: 0.2, day: -1), default);
        Assert.Null(Drift(gateway, node.Id));
    }

    [Fact]
    public void Sound_probes_are_named_three_times_in_a_thousand_and_those_that_moved_are_found()
    {
        const int probes = 4000;
        var random = new Random(7);
        double Gauss() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        int Named(double moved) => Enumerable.Range(0, probes).Count(_ => ProbeDrift.Between(Issued(Moisture("n", "M", 0.01 * Gauss(), -400)), Issued(Moisture("n", "M", moved + 0.01 * Gauss(), -1))) is not null);
        // 0.27 % of 4000 are 11, give or take 3.
        Assert.InRange(Named(0), 1, 24);
        Assert.InRange(Named(0.08), 0.99 * probes, probes);
    }

    [Fact]
    public void Calibrations_over_different_ranges_are_compared_only_where_both_are_sure()
    {
        var dry = Moisture("n", "M", 0, -400) with { Points = [[2.4, 0.21], [2.8, 0.07]] };
        var wet = Moisture("n", "M", 0.2, -1) with { Points = [[1.4, 0.56], [2.0, 0.35]] };
        Assert.Null(ProbeDrift.Between(Issued(dry), Issued(wet)));
        Assert.NotNull(ProbeDrift.Between(Issued(dry), Issued(wet with { Points = [[1.4, 0.56], [2.5, 0.175]] })));
    }

    static Concern? Drift(TestGateway gateway, string node) =>
        NodeHealth.Concerns(gateway.Get<NodeStates>().Of(gateway.Get<NodeRegistry>().Required(node)), Start).SingleOrDefault(concern => concern.Kind == ConcernKind.ProbeDrifting);

    /// <summary>theta = 1.05 - 0.35 counts/1000 and an offset, surer than 0.01 nowhere.</summary>
    static Certificate Moisture(string node, string serial, double offset, int day) => new()
    {
        Kind = CertificateKind.Moisture, Node = node, Channel = 1, ProbeSerial = serial, Method = "oven", Coefficients = [1.05 + offset, -0.35], Covariance = [[0.0001, 0], [0, 0]], ResidualSd = 0.003,
        Issued = Start.AddDays(day), ValidUntil = Start.AddDays(day + 365), Points = [[1.4, 0.56], [2.8, 0.07]],
    };

    static IssuedCertificate Issued(Certificate certificate) => new("", default, certificate);
}
